// Coroutines of cogen's own tests, with a variety of syntax. `hostile` damages them. They are read
// as tokens and never compiled, and some are rejected by the macros.

#[cogen::coroutine]
impl<'s> Pair<'s, str> {
    #[cogen::coroutine(struct = PairWalk<'x, 's>)]
    pub fn walk<'x>(
        self: Rc<Self>,
        (first, second): (&'x Log, u8),
    ) -> impl Coroutine<&'x str, Yield = (&'s str, u8)>
    where
        's: 'x,
    {
        let mut word: &'x str = self.0;
        loop {
            first.push(word);
            word = yield_!((self.0, second));
        }
    }
}

#[cogen::coroutine]
fn of_delegation(
    mut grid: [&mut [u64; 2]; 4],
    row: usize,
) -> impl Coroutine<(), Yield = usize> {
    (*grid[row])[{
        yield_from!(0..3);
        1
    }] += 1;
}

#[cogen::coroutine]
fn control_flow() -> impl Coroutine<i32, Yield = &'static str, Return = i32> {
    let mut total = 0;
    'outer: loop {
        while yield_!("while") < 3 {
            total += 1;
        }
        for _ in 0..yield_!("for") {
            match yield_!("match") {
                n @ 5..=6 => total += n,
                _ if yield_!("guard") == 8 => continue 'outer,
                _ => break 'outer,
            }
        }
    }
    let value = 'block: {
        if let n @ 20.. = yield_!("if let") {
            break 'block n;
        }
        yield_!("block")
    };
    let Some(last) = Some(yield_!("let else")) else {
        return 0;
    };
    total + value + last
}

#[cogen::coroutine]
fn inner_futures_and_closures() -> impl Iterator<Item = u32> {
    let later = async { std::future::ready(1).await };
    let closure = |n: u32| n + 1;
    drop(later);
    yield_!(closure(1));
    let inner = Box::pin(
        co! {
            yield!(5);
        },
    );
    yield_from!(inner);
    let lists: BTreeMap<u32, Vec<u32>> = (0..3).map(|n| (n, co_list(n))).collect();
    for (_, list) in lists {
        yield_from!(list);
    }
}

#[cogen::coroutine]
fn numbers() -> impl cogen::Coroutine<usize, Yield = u32> {
    const { yield_!(1) };
    let _ = [0; yield_!(2)];
    take::<{ yield_!(3) }>();
    let _: Option<[u8; { yield_!(4) }]> = None;
    let _ = (vec![0; yield_!(5)], [yield_!(6); 2]);
}

#[cogen::coroutine]
fn tower(depth: u8, log: Log) -> BoxCoroutine<'static> {
    let _guard = log.guard(["zero", "one", "two", "three"][usize::from(depth)]);
    match depth {
        0 => yield_!(),
        _ => yield_from!(tower(depth - 1, log.clone())),
    }
}

#[cogen::coroutine]
fn exported() -> impl Coroutine<(), Yield = u8> {
    mod inner {
        pub(crate) use yield_ as smuggled;
        pub(crate) fn run() {
            smuggled!(1);
        }
    }
    struct Local;
    impl Drop for Local {
        fn drop(&mut self) {
            inner::smuggled!(1);
        }
    }
    let _ = || inner::smuggled!(1);
    inner::run();
}

#[cogen::coroutine]
fn patterns(
    Point { x, mut y }: Point,
    (a, _): (i32, String),
    _: String,
    [first,
    ..,
    last,
    ]: [i32; 4],
    mut plain: i32,
    whole @ (_, second): (i32, i32),
    ref borrowed: String,
    r#type: i32,
) -> impl Iterator<Item = i32> {
    y += 1;
    plain += 1;
    for number in [
        x,
        y,
        a,
        first,
        last,
        plain,
        whole.0,
        second,
        borrowed.len() as i32,
        r#type,
    ] {
        yield_!(number);
    }
}

#[cogen::coroutine]
fn looped() -> impl Stream<Item = String> {
    'outer: for a in 0.. {
        for b in 0..3 {
            if a + b == 4 {
                break 'outer;
            }
            if b > a {
                continue 'outer;
            }
            yield_!(format!("{a}{}", later(b). await));
        }
    }
    let units = vec![yield_!("x".into()), yield_!("y".into())];
    println!("{:?}", yield_!(format!("{units:?}")));
}

#[cogen::coroutine]
pub(crate) fn ours() -> impl ::std::iter::Iterator<Item = u32> {
    yield_!(1);
    ::std::assert_eq!(yield_!(2), ());
}

#[cogen::coroutine(priming)]
fn odd_ones(target: impl Coroutine<u32, Yield = ()> + Unpin) -> impl Coroutine<u32> {
    let mut target = target;
    loop {
        let number = yield_!();
        if number % 2 == 1 {
            target.send(number);
        }
    }
}

#[cogen::coroutine]
fn places() -> impl Coroutine<i32, Yield = (), Return = i32> {
    let mut list = [0; 3];
    list[yield_!(()) as usize] = yield_!(());
    let pair = Pair {
        left: yield_!(()),
        ..Pair {
            left: 0,
            right: yield_!(()),
        }
    };
    let borrowed = &yield_!(());
    let shadowed = yield_!(());
    let shadowed = shadowed + yield_!(());
    list.iter().sum::<i32>() + pair.sum(*borrowed) + shadowed
        + (if yield_!(()) > 0 { yield_!(()) } else { 0 })
}

#[cogen::coroutine]
fn yields() -> impl AsyncCoroutine<i32, Yield = Box<i32>> {
    {
        static the_caller: Evil = Evil;
        yield_!(Box::new(1));
    }
}

#[cogen::coroutine]
fn as_keyword() -> impl Coroutine<u8, Yield = u8> {
    assert_eq!(yield!(1), 2, "{value}", value = yield!(3));
    let _ = [vec![yield!(4); 2], vec![co! { yield!(5) }]];
}

#[cogen::coroutine]
impl Words {
    /// The words, one by one.
    #[cogen::coroutine(struct = WordsWalk<'a>)]
    fn words<'a>(&'a self) -> impl Coroutine<(), Yield = &'a str, Return = &'a Self> {
        for word in self.0.split(' ') {
            yield_!(word);
        }
        self
    }
    #[cogen::coroutine(struct = Countdown)]
    fn countdown(mut from: u32) -> impl Coroutine<(), Yield = u32> {
        while from > 0 {
            yield_!(from);
            from -= 1;
        }
    }
    fn len(&self) -> usize {
        self.0.len()
    }
}

#[cogen::coroutine]
fn two_sums() -> impl Coroutine<Result<Option<u32>, &'static str>, Return = [u32; 2]> {
    [yield_from!(sums()), yield_from!(sums())]
}

#[cogen::coroutine]
fn generic<T, const N: usize>(items: [T; N]) -> impl Iterator<Item = String>
where
    T: Display,
{
    for item in &items {
        yield_!(format!("{item}/{N}"));
    }
}

#[cogen::coroutine]
fn letters(text: &str) -> impl FusedIterator<Item = char> + Any + '_ {
    for letter in text.chars() {
        yield_!(letter);
    }
}

#[cogen::coroutine]
fn tree(from: u32, to: u32) -> BoxCoroutine<'static, (), u32, u32> {
    if from == to {
        return 0;
    }
    let middle = from + (to - from) / 2;
    let left = yield_from!(tree(from, middle));
    yield_!(middle);
    left + 1 + yield_from!(tree(middle + 1, to))
}

#[cogen::coroutine]
unsafe fn reads(pointer: *const u32) -> impl Iterator<Item = u32> {
    yield_!(unsafe { * pointer });
}

#[cogen::coroutine]
fn items() -> impl Iterator<Item = i32> {
    #[allow(non_upper_case_globals)]
    static slot: i32 = 1;
    #[allow(non_upper_case_globals)]
    const value: i32 = 2;
    fn handle(x: i32) -> i32 {
        x
    }
    yield_!(handle(slot));
    yield_from!([handle(value)]);
    assert_eq!(yield_!(handle(3)), ());
}

#[cogen::coroutine]
fn merge(
    mut numbers: mpsc::UnboundedReceiver<i32>,
    mut stop: oneshot::Receiver<()>,
) -> impl AsyncCoroutine<i32, Yield = i32, Return = (i32, i32)> {
    let mut factor = yield_!(0);
    loop {
        tokio::select! {
            biased; Some(number) = numbers.next() => factor = yield_!(factor * number), _
            = & mut stop => break,
        }
    }
    let both = futures::join!(later(yield_!(- 1)), later(2));
    let number = futures::select! {
        number = pin!(later(3).fuse()) => yield_!(number), () =
        futures::future::pending::< () > ().fuse() => 0,
    };
    (both.0 + both.1, number)
}

#[cogen::coroutine(fingerprint = SUM)]
fn sum(mut sum: i64) -> impl Coroutine<i64, Yield = Report, Return = i64> {
    loop {
        let number = yield_!(
            if sum == 13 { Report::Forgetful(sum) } else { Report::Sum(sum) }
        );
        match number {
            0 => return sum,
            100.. if yield_!(Report::Sure(number)) != 1 => {}
            number => sum += number,
        }
    }
}

#[cogen::coroutine]
fn outer() -> impl cogen::AsyncCoroutine<(), Yield = u32> {
    use yield_ as outer_yield;
    let _inner = Box::pin(
        cogen::co! {
            async let () = outer_yield!(1); yield!("another type");
        },
    );
}

#[cogen::coroutine]
fn enclosed(words: Vec<String>) -> impl Coroutine<(), Yield = usize> {
    println!("{:?}", words.iter().map(| word | yield_!(word.len())).count());
    let _ = vec![async { yield_!(1) }];
    std::assert!(
        matches!(words.first(), Some(word) if std::future::ready(word.len()). await ==
        1), "{}", { yield_!(2, 3); }
    );
    let _ = words.iter().map(|word| dbg!(yield_!(word.len())));
}

#[cogen::coroutine]
fn averager() -> impl AsyncCoroutine<f64, Yield = f64, Return = u32> {
    let (mut total, mut count, mut average) = (0.0, 0, 0.0);
    loop {
        let term = yield_!(average);
        if term < 0.0 {
            return later(count).await;
        }
        total += later(term).await;
        count += 1;
        average = total / f64::from(count);
    }
}

#[cogen::coroutine]
fn indices(
    grid: [[i32; 4]; 2],
    row: usize,
) -> impl Coroutine<i32, Yield = (), Return = [i32; 5]> {
    let column = yield_!() as usize;
    let matched = match &grid[row][column] {
        value if yield_!() == 0 => *value,
        other => *other + 1,
    };
    let value = match grid[row][column] {
        value if value == 0 => yield_!(),
        value => value + yield_!(),
    };
    let slice = grid[row][yield_!() as usize - 2..][0];
    let method = grid[row].as_slice()[yield_!() as usize - 2];
    [grid[row][column], matched, value, slice, method]
}

#[cogen::coroutine]
fn into_lazy_places() -> impl Coroutine<(), Yield = u8> {
    thread_local!(static LAZY : u8 = { yield_!(1); 1 });
    let _ = std::sync::LazyLock::new(|| twice!(yield_!(1)));
    let _ = [0; {
        twice!(yield_!(1));
        1
    }];
}

#[cogen::coroutine(struct = OfSome)]
fn some(#[cfg(unix)] first: u8) -> impl Coroutine<(), Yield = u8> {
    yield_!(first);
}

#[cogen::coroutine(crate = cogen, crate = cogen)]
fn count_again() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn keeps_a_guard(mutex: &Mutex<u8>) -> impl Coroutine<(), Yield = u8> {
    let guard: MutexGuard<'_, u8> = mutex.lock().unwrap();
    yield_!(* guard);
}

#[cogen::coroutine]
fn pairs(numbers: Vec<u32>) -> impl futures::stream::Stream<Item = (u32, u32)> {
    use futures::StreamExt;
    let mut numbers = pin!(futures::stream::iter(numbers));
    while let Some(one) = numbers.next().await {
        yield_!((one, numbers.next(). await .unwrap_or(100)));
    }
    let after_the_end = numbers.next().await.expect("nothing is left");
    yield_!((after_the_end, 0));
}

fn block() {
    co! {
        let a = yield!(1);
        let b = yield_!(a + 10);
        let c = yield b + 20;
        let d = Vec::from([yield ![c], yield !{ c }]);
        let nothing = yield_from!(nothing());
        if d[0] > 100 {
            return (0, String::new());
        }
        (nothing + d[0] + d[1], base)
    }
}

fn block() {
    co! {
        async let mut sum = 0 ; for n in 0 .. 10 { sum += later (n) . await ; yield!(()) ; } sum
    }
}

fn block() {
    co! {
        let text: &str = yield!(());
        text.parse::<u32>()?;
        Ok::<_, std::num::ParseIntError>(())
    }
}

fn block() {
    co! {
        let double = |number: Option<u32>| {
            let Some(number) = number else {
                return 0;
            };
            2 * number
        };
        yield!(double(None));
        yield_from!(co! { yield!(1); return; });
        yield!(double(Some(1)));
    }
}

fn block() {
    co! {
        async
        let mut sum = 0;
        loop {
            match yield!(later(sum).await) {
                0 => return sum,
                n => sum += n,
            }
        }
    }
}

fn block() {
    co! {
        for number in [1, 0, 3] {
            yield!(if number > 0 { number } else { stop() });
        }
    }
}

fn block() {
    co! {
        async fn three() -> i32 {
            3
        }
        three()
    }
}

fn block() {
    co! {
        let mut numbers = [1, 2].into_iter();
        for _ in 0..3 {
            match numbers.next() {
                Some(number) => yield!(number),
                None => yield!(100),
            }
        }
        yield!(200);
    }
}

fn block() {
    co! {
        for n in 0..3u8 {
            let () = yield!([n; 256]);
        }
    }
}

fn block() {
    co! {
        async { $ ($ body) * }
    }
}

fn block() {
    co! {
        let mut below = mixed(depth - 1);
        let answer = yield_!(format!("block {depth}"));
        answer + yield_from!(&mut below) + yield_!(format!("block {depth} again"))
    }
}

fn block() {
    co! {
        loop {
            let number: u32 = yield!("more")?;
            if number == 0 {
                return Ok("the end");
            }
        }
    }
}

fn block() {
    co! {
        for number in Sums(vec![1, 2].into_iter()) {
            yield!(number);
        }
        for number in Box::pin(
                co! {
                    yield!(10)
                },
            )
            .iterate()
        {
            yield!(number);
        }
        yield!(100);
    }
}

fn block() {
    co! {
        async
        poll_fn(|cx| {
            let waker = cx.waker();
            std::thread::scope(|scope| {
                scope.spawn(|| waker.wake_by_ref());
                scope.spawn(|| waker.clone().wake());
            });
            Poll::Ready(())
        })
        .await;
        let () = yield!(1);
    }
}

fn block() {
    co! {
        let sum = 1 + yield_from!(gives(10)) + doubled(yield_from!(gives(20)));
        return sum + yield_from!(gives(yield!(30)));
    }
}

fn block() {
    co! {
        yield!(());
        assert!(! fails.get(), "in the replay");
        yield!(());
    }
}

fn block() {
    co! {
        10 * yield_from!(ByHand(Status::Created, 0))
    }
}

fn block() {
    co! {
        async let () = yield!(* cell . borrow_mut ()) ; yield!(later (* cell . borrow ()) . await) ;
    }
}

fn block() {
    co! {
        for number in 0..10 {
            if number >= 5 {
                return;
            }
            yield!(number);
        }
    }
}

fn block() {
    co! {
        let (_me, _finally) = (me, log.finally("finally"));
        yield!(());
    }
}

fn block() {
    co! {
        let mut inner = pin!(co! { async let n : i32 = yield!(10); n * 2 });
        let n = yield!(inner.start().now_or_never().unwrap().yielded().unwrap());
        inner.send(n).now_or_never().unwrap().complete().unwrap()
    }
}

fn block() {
    co! {
        let () = yield!(1 *) ;
    }
}

fn block() {
    co! {
        yield_from!({ log.add("evaluated"); vec![1, 2] })
    }
}

fn block() {
    co! {
        loop {
            let _finally = log.finally("finally");
            match yield!(()) {
                Err("stop") => log.add("caught"),
                Err(_) => log.add("caught too"),
                Ok(number) => return number,
            }
        }
    }
}

fn block() {
    co! {
        yield_from!(nested(&lists))
    }
}

fn block() {
    co! {
        let divisor: u32 = yield!(0);
        10u32.checked_div(divisor).expect("no division by zero");
    }
}

fn block() {
    co! {
        let sent: u8 = yield!(1u8);
        sent
    }
}

fn block() {
    co! {
        loop {
            for letter in text.chars() {
                let () = yield!(letter);
            }
        }
    }
}

fn block() {
    co! {
        let _held = held;
        yield!(());
        drop(me);
    }
}

fn block() {
    co! {
        async || 2
    }
}

fn block() {
    co! {
        let number: i32 = yield!(());
        if number < 0 {
            return "negative";
        }
        "positive"
    }
}

fn block() {
    co! {
        async
        yield!(__value);
        yield!([yield!(1); 1].len() as u32 + __value);
        yield!(__next);
    }
}

fn block() {
    co! {
        async
        let () = yield!(1);
        if waits {
            yield_now().await;
        }
        panic!("in the body");
    }
}

fn block() {
    co! {
        let inner = co! {
            log.add("inner starts"); let _ : u32 = yield!("first");
        };
        log.add("outer");
        yield_from!(inner);
    }
}

