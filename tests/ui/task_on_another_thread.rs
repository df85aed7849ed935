//! A task, and the handles of its loop, stay on the loop's thread.

use cogen::executor::EventLoop;

// Like `std::thread::spawn`, whose source the compiler shows where `rust-src` is installed.
fn spawn<F: FnOnce() + Send + 'static>(_: F) {}

fn main() {
    let event_loop = EventLoop::new().unwrap();
    let task = event_loop.spawn(async {});
    spawn(move || {
        task.cancel();
    });
    let handle = event_loop.handle().clone();
    spawn(move || handle.stop());
    spawn(move || {
        let _ = event_loop.run_forever();
    });
}
