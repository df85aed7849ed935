//! Functions on other threads, and name resolution there.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::panic_any;
use std::pin::pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use cogen::executor::net::{lookup, open_connection, start_server};
use cogen::executor::{block_on, spawn, timeout, to_thread, yield_now};
use cogen_tests::observe::in_time;

#[test]
fn the_loop_goes_on_while_a_function_blocks() {
    in_time(|| {
        block_on(async {
            let (release, is_released) = channel();
            let caller = thread::current().id();
            let blocks = spawn(to_thread(move || {
                is_released.recv().unwrap();
                thread::current().id()
            }));
            for _ in 0..100 {
                yield_now().await;
            }
            assert!(!blocks.is_done());
            release.send(()).unwrap();
            assert_ne!(blocks.await.unwrap().unwrap(), caller);
        });
    });
}

#[test]
fn a_function_that_panics_is_a_join_error() {
    block_on(async {
        let error = to_thread(|| panic!("out of paper")).await.unwrap_err();
        assert!(error.is_panic());
        assert_eq!(error.to_string(), "the task panicked: out of paper");
        let error = to_thread(|| panic_any(404)).await.unwrap_err();
        assert_eq!(*error.into_payload().unwrap().downcast::<i32>().unwrap(), 404);
        assert_eq!(to_thread(|| 42).await.unwrap(), 42); // the threads still work
    });
}

#[test]
fn a_function_that_is_given_up_goes_on_and_its_value_is_dropped() {
    in_time(|| {
        block_on(async {
            let (release, is_released) = channel();
            let (begin, has_begun) = channel();
            let value = Arc::new(());
            let returned = value.clone();
            let blocks = to_thread(move || {
                begin.send(()).unwrap();
                is_released.recv().unwrap();
                returned
            });
            has_begun.recv().unwrap(); // nobody has polled it
            assert!(timeout(Duration::ZERO, blocks).await.is_err());
            release.send(()).unwrap();
            while Arc::strong_count(&value) > 1 {
                thread::yield_now();
            }
        });
    });
}

#[test]
fn the_future_needs_no_loop_of_ours() {
    assert_eq!(futures::executor::block_on(to_thread(|| 42)).unwrap(), 42);
    let addresses = futures::executor::block_on(lookup("localhost:80")).unwrap();
    assert!(addresses.iter().all(|address| address.ip().is_loopback()));
}

#[test]
fn addresses_in_numbers_are_there_at_once() {
    let expected: SocketAddr = (Ipv4Addr::LOCALHOST, 80).into();
    let cx = &mut Context::from_waker(Waker::noop());
    let (text, host) = (String::from("127.0.0.1:80"), String::from("127.0.0.1"));
    let addresses = [expected];
    for found in [
        pin!(lookup(expected)).poll(cx),
        pin!(lookup(&text)).poll(cx),
        pin!(lookup(text.as_str())).poll(cx),
        pin!(lookup((host.as_str(), 80))).poll(cx),
        pin!(lookup((host.clone(), 80))).poll(cx),
        pin!(lookup(&addresses[..])).poll(cx),
    ] {
        match found {
            Poll::Ready(found) => assert_eq!(found.unwrap(), [expected]),
            Poll::Pending => panic!("it was looked up"),
        }
    }
}

#[test]
fn names_that_do_not_exist_are_errors() {
    in_time(|| {
        block_on(async {
            for name in ["no-host.invalid:80", "no port", "localhost:no-number", ""] {
                assert!(lookup(name).await.is_err(), "{name:?}");
                assert!(open_connection(name).await.is_err(), "{name:?}");
            }
            assert!(lookup(("no-host.invalid", 80)).await.is_err());
        });
    });
}

/// With a single thread, the test can see which functions wait for it.
#[test]
fn names_are_looked_up_on_a_thread_while_the_loop_goes_on() {
    const NAME: &str = "names_are_looked_up_on_a_thread_while_the_loop_goes_on";
    if std::env::var_os("BLOCKING_MAX_THREADS").is_none() {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture"])
            .env("BLOCKING_MAX_THREADS", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        return;
    }
    in_time(|| {
        block_on(async {
            let server = start_server((Ipv4Addr::LOCALHOST, 0), async |_, mut writer| {
                writer.write(b"hello\n");
            })
            .unwrap();
            let port = server.local_addr().unwrap().port();
            let (release, is_released) = channel();
            let occupied = to_thread(move || is_released.recv().unwrap());
            let looks_up = spawn(lookup(("localhost", port)));
            let connects = spawn(async move { open_connection(("localhost", port)).await });
            for _ in 0..1000 {
                yield_now().await;
            }
            assert!(!looks_up.is_done() && !connects.is_done());
            assert!(timeout(Duration::ZERO, lookup("localhost:80")).await.is_err());

            let in_numbers = open_connection((Ipv4Addr::LOCALHOST, port)).await.unwrap();
            release.send(()).unwrap();
            occupied.await.unwrap();
            looks_up.await.unwrap().unwrap();
            let (mut reader, _writer) = connects.await.unwrap().unwrap();
            assert_eq!(reader.read_line().await.unwrap(), b"hello\n");
            drop(in_numbers);
        });
    });
}
