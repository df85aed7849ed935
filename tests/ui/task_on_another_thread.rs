//! A task, and the handles of its loop, stay on the loop's thread.

use cogen::executor::EventLoop;

fn main() {
    let event_loop = EventLoop::new().unwrap();
    let task = event_loop.spawn(async {});
    std::thread::spawn(move || {
        task.cancel();
    });
    let handle = (*event_loop).clone();
    std::thread::spawn(move || handle.stop());
    std::thread::spawn(move || {
        let _ = event_loop.run_forever();
    });
}
