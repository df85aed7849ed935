//! Datagrams: whole, in their sizes, from and to both families.
#![cfg(not(miri))] // which has no UDP

use std::cell::Cell;
use std::future::Future;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket as StdSocket};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use cogen::executor::net::UdpSocket;
use cogen::executor::{
    EventLoop, NoRunningLoopError, OtherLoopError, RunError, block_on, spawn, yield_now,
};
use cogen_tests::connections::pattern;
use cogen_tests::observe::in_time;
use socket2::SockRef;

fn families() -> Vec<SocketAddr> {
    let all = [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
    all.into_iter().filter(|&address: &SocketAddr| StdSocket::bind(address).is_ok()).collect()
}

/// Runs a test for both families, and fails if it hangs.
fn on_all(test: impl AsyncFn(SocketAddr) + Send + Copy + 'static) {
    for family in families() {
        in_time(move || block_on(test(family)));
    }
}

#[test]
fn datagrams_arrive_whole_and_say_who_has_sent_them() {
    on_all(async |own| {
        let mut server = UdpSocket::bind(own).unwrap();
        let address = server.local_addr().unwrap();
        let mut client = UdpSocket::connect(address).await.unwrap();
        assert_eq!(client.peer_addr().unwrap(), address);
        for length in [0, 1, 1000, 60_000] {
            client.send(&pattern(length)).await.unwrap();
            let (datagram, sender) = server.recv_from().await.unwrap();
            assert!(datagram == pattern(length), "{length}");
            assert_eq!(sender.port(), client.local_addr().unwrap().port());
            server.send_to(&datagram, sender).await.unwrap();
            assert!(client.recv().await.unwrap() == datagram);
        }
        // A connected socket receives nothing from other senders.
        let stranger = StdSocket::bind(own).unwrap();
        stranger.send_to(b"me", client.local_addr().unwrap()).unwrap();
        let to_client = client.local_addr().unwrap();
        server.send_to(b"you", to_client).await.unwrap();
        assert_eq!(client.recv().await.unwrap(), b"you");
    });
}

#[test]
fn a_datagram_that_is_too_long_is_an_error_and_the_next_one_is_sent() {
    on_all(async |own| {
        let mut server = UdpSocket::bind(own).unwrap();
        let mut client = UdpSocket::connect(server.local_addr().unwrap()).await.unwrap();
        assert!(client.send(&[0; 70_000]).await.is_err());
        client.send(b"short").await.unwrap();
        assert_eq!(server.recv().await.unwrap(), b"short");
    });
}

#[test]
fn a_receive_that_is_dropped_loses_nothing_and_waits_without_turning() {
    on_all(async |own| {
        let mut server = UdpSocket::bind(own).unwrap();
        let mut client = UdpSocket::connect(server.local_addr().unwrap()).await.unwrap();
        for number in 0..100_u8 {
            let cx = &mut Context::from_waker(Waker::noop());
            assert!(pin!(server.recv()).poll(cx).is_pending());
            client.send(&[number]).await.unwrap();
            assert_eq!(server.recv().await.unwrap(), [number]);
        }
        let polls = Rc::new(Cell::new(0));
        let count = polls.clone();
        let waits = spawn(async move {
            let mut receives = pin!(server.recv());
            std::future::poll_fn(|cx| {
                count.set(count.get() + 1);
                receives.as_mut().poll(cx)
            })
            .await
        });
        for _ in 0..500 {
            yield_now().await;
        }
        let idle = polls.get();
        for _ in 0..500 {
            yield_now().await;
        }
        assert_eq!(polls.get(), idle);
        client.send(b"at last").await.unwrap();
        assert_eq!(waits.await.unwrap().unwrap(), b"at last");
    });
}

#[test]
fn a_flood_of_datagrams_keeps_nobody_else_from_running() {
    on_all(async |own| {
        let mut socket = UdpSocket::bind(own).unwrap();
        let to = socket.local_addr().unwrap();
        let floods = spawn(async move {
            loop {
                socket.send_to(&[0; 1000], to).await.unwrap();
                socket.recv().await.unwrap();
            }
        });
        for _ in 0..1000 {
            yield_now().await;
        }
        assert!(!floods.is_done());
    });
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_at_the_other_end_is_an_error_and_the_socket_goes_on() {
    on_all(async |own| {
        let nobody = StdSocket::bind(own).unwrap().local_addr().unwrap();
        let mut client = UdpSocket::connect(nobody).await.unwrap();
        client.send(b"hello").await.unwrap();
        assert_eq!(client.recv().await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
        let mut server = UdpSocket::bind(nobody).unwrap();
        client.send(b"hello").await.unwrap();
        assert_eq!(server.recv().await.unwrap(), b"hello");
    });
}

#[test]
fn sockets_belong_to_their_loop() {
    let own = (Ipv4Addr::LOCALHOST, 0);
    let error = UdpSocket::bind(own).unwrap_err();
    assert_eq!(error.downcast::<NoRunningLoopError>().unwrap(), NoRunningLoopError);
    let (one, other) = (EventLoop::new().unwrap(), EventLoop::new().unwrap());
    let bound = one.run_until_complete(async { UdpSocket::bind(own) });
    let mut socket = bound.unwrap().unwrap();
    let error = other.run_until_complete(socket.recv()).unwrap().unwrap_err();
    assert_eq!(error.downcast::<OtherLoopError>().unwrap(), OtherLoopError);
    drop(one);
    let error = other.run_until_complete(socket.recv()).unwrap().unwrap_err();
    assert_eq!(error.downcast::<RunError>().unwrap(), RunError::Closed);
}

#[test]
fn options_are_set_by_the_descriptor() {
    block_on(async {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        SockRef::from(&socket).set_broadcast(true).unwrap();
        assert!(SockRef::from(&socket).broadcast().unwrap());
        let address = socket.local_addr().unwrap();
        assert_eq!(UdpSocket::bind(address).unwrap_err().kind(), ErrorKind::AddrInUse);
    });
}
