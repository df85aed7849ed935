// Written:
//
//     #[cogen::coroutine]
//     fn replies(mut client: Client) -> impl AsyncCoroutine<Request, Yield = Reply> {
//         loop {
//             let request = yield_!(client.receive().await);
//             yield_from!(client.send(request));
//         }
//     }
//
// Made of it:

fn replies(
    mut client: Client,
) -> impl AsyncCoroutine<Request, Yield = Reply, Return = ()> {
    ::cogen::__coroutine! {
        coroutine async; async function() [Request] [Reply] [()] [client {}] [let _ = &
        client;] { loop { let request = yield_!(client.receive(). await);
        yield_from!(client.send(request)); } }
    }
}
