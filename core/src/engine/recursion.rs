//! Coroutines that delegate to others of their kind, to any depth, at the cost of one.
//!
//! A resume of the outermost boxed coroutine, the *root*, would have to pass through every level to
//! the innermost one that is not done. Instead, the root keeps a stack of those below it,
//! and resumes the last one directly. Every boxed coroutine that the attribute makes is
//! [`BoxedMachine`] and can be a root.
//!
//! ```text
//! without the stack:  resume ─► root ─► child ─► grandchild
//! with the stack:     resume ─► root ┄┄┄ child ┄┄┄ grandchild
//!                                └────────────────────►
//! ```
//!
//! - *Down*: a child that is delegated to for the first time puts itself on the stack, which it
//!   finds through the frame, leaves [`Slot::Descend`] and is pending, as are all levels above it,
//!   up to whoever the root has polled. The root polls the child.
//! - *Up*: a child that returns keeps the value. The root takes it off the stack and polls the one
//!   below it, with [`Slot::ChildReturned`]; the body of that polls its delegation, which finds the
//!   value there.
//! - *The end*: the root closes those on the stack from the innermost to itself, so that each has
//!   nothing below it any more. So neither a resume nor the end is deep on the machine's stack.
//!
//! What has no box of the attribute's between two that have is polled by the upper one, level by
//! level, with the same slot. What only has a `resume`, as coroutines written by hand, is resumed;
//! a boxed coroutine below it is a root itself. So is one that is only borrowed, or stands behind a
//! pointer that is no box: it is not the root's to close, it may not be there any more when the
//! root is used again, and it may not go where the root goes.
//!
//! The stack holds pointers: see the invariant of the active stack in [`engine`](crate::engine).

use alloc::vec::Vec;
use core::fmt;
use core::future::Future;
use core::mem::{self, ManuallyDrop};
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::Poll;

use pin_project_lite::pin_project;

use super::slot::Slot;
use super::sync::channel::Channel;
use super::sync::frame::PollFrame;
use super::sync::handle::Handle;
use crate::engine::body::BodyCell;
use crate::engine::machine::{CloseUnlessPaused, Machine, close};
use crate::engine::unit;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};

pin_project! {
    /// A boxed coroutine that the attribute made.
    ///
    /// The machine's status says `Running` as long as coroutines are active below it.
    #[project(!Unpin)]
    pub struct BoxedMachine<R, Y, F: Future> {
        // It is closed when this is dropped, so it needs no destructor of its own.
        #[pin]
        machine: ManuallyDrop<Machine<Handle<R, Y>, F>>,
        returned: ReturnValue<F::Output>,
        // What runs in its place, if it is a root.
        active: ActiveStack,
    }

    impl<R, Y, F: Future> PinnedDrop for BoxedMachine<R, Y, F> {
        fn drop(this: Pin<&mut Self>) {
            this.end();
        }
    }
}

#[inline(always)]
fn inner<M>(machine: Pin<&mut ManuallyDrop<M>>) -> Pin<&mut M> {
    // SAFETY: the machine is pinned with the place around it.
    unsafe { machine.map_unchecked_mut(|machine| &mut **machine) }
}

/// What a coroutine returned when a root ran it, until the one that delegates to it takes it, in
/// the same resume of the root.
struct ReturnValue<T>(Option<T>);

// SAFETY: it is empty whenever no resume of the root runs, and that runs on one thread.
unsafe impl<T> Send for ReturnValue<T> {}
// SAFETY: a shared reference gives no access to it.
unsafe impl<T> Sync for ReturnValue<T> {}

/// The coroutines that run in the place of a root: each delegates to the next one.
pub(crate) struct ActiveStack(Vec<ActiveCoroutine>);

// SAFETY: the coroutines are in the body of the root, or in boxes that are, so where that may go
// they may.
unsafe impl Send for ActiveStack {}
// SAFETY: a shared reference gives access to none of them.
unsafe impl Sync for ActiveStack {}

/// A [`BoxedMachine`] of any body, with the types of argument and value that the root has.
#[derive(Clone, Copy)]
struct ActiveCoroutine {
    coroutine: NonNull<()>,
    functions: &'static Functions,
}

struct Functions {
    poll: unsafe fn(NonNull<()>, frame: NonNull<()>) -> Poll<()>,
    close: unsafe fn(NonNull<()>),
}

impl ActiveStack {
    /// Closes all of them, the innermost first.
    fn close(&mut self) {
        /// Goes on if a destructor panics.
        struct Rest<'a>(&'a mut ActiveStack);

        impl Drop for Rest<'_> {
            fn drop(&mut self) {
                self.0.close();
            }
        }

        while let Some(active) = self.0.pop() {
            let rest = Rest(self);
            // SAFETY: it is alive, and nobody else uses it (the invariant of the active stack).
            unsafe { (active.functions.close)(active.coroutine) };
            mem::forget(rest);
        }
    }
}

impl<R, Y, F: Future> BodyCell<Handle<R, Y>, F> {
    /// Runs the body to its next yield or to its end, with the frame of a root of a recursion.
    /// `None` if it waits for something else than its caller: it must not run again then, as it may
    /// hold the way to a slot that is gone.
    #[inline(always)]
    fn run(
        self: Pin<&mut Self>,
        frame: &mut PollFrame<R, Y>,
    ) -> Option<CoroutineState<Y, F::Output>> {
        match (frame.poll(|cx| self.future().poll(cx)), mem::replace(&mut frame.slot, Slot::Empty))
        {
            (Poll::Ready(output), _) => Some(CoroutineState::Complete(output)),
            (Poll::Pending, Slot::Value(value)) => Some(CoroutineState::Yielded(value)),
            (Poll::Pending, rest) => {
                frame.slot = rest;
                None
            }
        }
    }
}

impl<R, Y, F: Future> BoxedMachine<R, Y, F> {
    const FUNCTIONS: &'static Functions =
        &Functions { poll: Self::poll_active, close: Self::close_active };

    /// A coroutine that is to be boxed.
    #[inline(always)]
    pub fn new(machine: Machine<Handle<R, Y>, F>) -> Self {
        Self {
            machine: ManuallyDrop::new(machine),
            returned: ReturnValue(None),
            active: ActiveStack(Vec::new()),
        }
    }

    /// Runs the started body, in whose place nothing runs, to the next yield or to the end.
    ///
    /// If it panics nothing is active below it: a body that has come to have one is pending.
    #[inline(always)]
    fn run(self: Pin<&mut Self>, argument: Option<R>) -> CoroutineState<Y, F::Output> {
        let this = self.project();
        let active: *mut ActiveStack = this.active;
        let mut machine = CloseUnlessPaused::new(inner(this.machine));
        let mut frame = PollFrame::of_root(argument, active);
        match machine.body().run(&mut frame) {
            Some(CoroutineState::Yielded(value)) => {
                mem::forget(machine);
                CoroutineState::Yielded(value)
            }
            Some(complete) => {
                machine.complete();
                complete
            }
            None => ActiveRoot { active, machine }.descend(frame),
        }
    }

    /// Resumes what runs in the place of the body, if the status is right. Out of the way, so that
    /// a resume of the body stays as short as if nothing could be active below it.
    #[inline(never)]
    #[track_caller]
    fn resume_otherwise(
        self: Pin<&mut Self>,
        status: Status,
        argument: R,
    ) -> CoroutineState<Y, F::Output> {
        match status {
            Status::Running => {
                let this = self.project();
                let active: *mut ActiveStack = this.active;
                ActiveRoot { active, machine: CloseUnlessPaused::new(inner(this.machine)) }
                    .run(PollFrame::of_root(Some(argument), active))
            }
            Status::Created => misuse::sent_before_start(),
            Status::Suspended | Status::Closed => misuse::resumed_when_closed(),
        }
    }

    /// Runs an active coroutine to its next yield, or until it delegates, or to its end: then it is
    /// `Ready`.
    unsafe fn poll_active(this: NonNull<()>, frame: NonNull<()>) -> Poll<()> {
        // SAFETY: it is on the stack as a pointer to such a coroutine, which is pinned and used by
        // nobody else (the invariant of the active stack).
        let this = unsafe { Pin::new_unchecked(this.cast::<Self>().as_mut()) }.project();
        // SAFETY: it is the frame of the root, which has the same types.
        let channel = Channel::new(unsafe { frame.cast().as_mut() });
        // SAFETY: the root passes the call of the delegation on. The machine was started before it
        // went on the stack, and the root makes no call after one that was ready or left the slot
        // as it was.
        unsafe { inner(this.machine).__delegate(channel) }
            .map(|value| this.returned.0 = Some(value))
    }

    unsafe fn close_active(this: NonNull<()>) {
        // SAFETY: as above.
        close(inner(unsafe { Pin::new_unchecked(this.cast::<Self>().as_mut()) }.project().machine));
    }

    /// Puts it on the stack, on which it is started.
    #[inline(always)]
    fn activate(mut self: Pin<&mut Self>, active: &mut ActiveStack) {
        inner(self.as_mut().project().machine).set_status(Status::Suspended);
        // SAFETY: from now on only the root uses it, which moves nothing.
        let coroutine = NonNull::from(unsafe { self.get_unchecked_mut() }).cast();
        active.0.push(ActiveCoroutine { coroutine, functions: Self::FUNCTIONS });
    }

    /// Runs it where it has started before, or where there is no root above it. Out of the way, as
    /// a child that is not the root's has mostly just been created.
    #[inline(never)]
    fn delegate_otherwise(
        mut self: Pin<&mut Self>,
        mut channel: Channel<'_, R, Y>,
    ) -> Poll<F::Output> {
        let active = channel.active_stack();
        let slot = channel.slot();
        let has_started = match self.machine.current() {
            Status::Created => false,
            Status::Suspended | Status::Running => true,
            Status::Closed => misuse::resumed_when_closed(),
        };
        let takes_argument = has_started && !unit::is_unit::<R>();
        if takes_argument && !slot.has_argument() {
            misuse::delegated_to_when_started();
        }
        if takes_argument || active.is_null() {
            return self.relay(slot);
        }
        *slot = Slot::Descend;
        let own = mem::take(&mut self.as_mut().project().active.0); // it may have been a root
        // SAFETY: as in `__delegate`.
        let active = unsafe { &mut *active };
        self.activate(active);
        active.0.extend(own);
        Poll::Pending
    }

    /// Runs it with a slot of its own, where there is no root above it.
    fn relay(self: Pin<&mut Self>, slot: &mut Slot<R, Y>) -> Poll<F::Output> {
        let state = match slot.take_argument().or_else(unit::unit) {
            Some(argument) => self.resume(argument),
            None => self.begin(),
        };
        match state {
            CoroutineState::Yielded(value) => {
                slot.put(value);
                Poll::Pending
            }
            CoroutineState::Complete(value) => Poll::Ready(value),
        }
    }

    /// Closes it, and first what runs in its place.
    #[inline]
    fn end(self: Pin<&mut Self>) {
        let this = self.project();
        match this.machine.current() {
            Status::Closed => {}
            Status::Running => drop(ActiveRoot {
                active: this.active,
                machine: CloseUnlessPaused::new(inner(this.machine)),
            }),
            Status::Created | Status::Suspended => close(inner(this.machine)),
        }
        this.returned.0 = None;
    }
}

/// A root whose active coroutines, or whose body, run just now. Unless it is forgotten, since they
/// have paused, it closes all of them.
struct ActiveRoot<'a, R, Y, F> {
    /// The same that the frame leads to.
    active: *mut ActiveStack,
    machine: CloseUnlessPaused<'a, Handle<R, Y>, F>,
}

impl<R, Y, F> Drop for ActiveRoot<'_, R, Y, F> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the root's own, while it is mutably borrowed. Then the machine closes the body.
        unsafe { &mut *self.active }.close();
    }
}

impl<R, Y, F: Future> ActiveRoot<'_, R, Y, F> {
    /// The body is pending and has left no value: somebody below it has put itself on the stack, or
    /// else it has waited for something.
    #[inline(never)]
    fn descend(self, frame: PollFrame<R, Y>) -> CoroutineState<Y, F::Output> {
        if !matches!(frame.slot, Slot::Descend) {
            misuse::awaited();
        }
        let active = self.active;
        self.run(PollFrame::of_root(None, active))
    }

    fn last(&self) -> Option<ActiveCoroutine> {
        // SAFETY: the root's own, while it is mutably borrowed; nobody else has a reference to it.
        unsafe { (*self.active).0.last().copied() }
    }

    /// Runs the last of the stack, or the body if there is none, and so on up and down, to the
    /// next yield or to the end.
    #[inline(always)]
    fn run(mut self, mut frame: PollFrame<R, Y>) -> CoroutineState<Y, F::Output> {
        loop {
            let Some(active) = self.last() else {
                match self.machine.body().run(&mut frame) {
                    Some(CoroutineState::Yielded(value)) => {
                        return self.pause(value, Status::Suspended);
                    }
                    Some(complete) => return complete,
                    None => {}
                }
                if !matches!(frame.slot, Slot::Descend) {
                    misuse::awaited();
                }
                frame.slot = Slot::Empty;
                continue;
            };
            let poll = active.functions.poll;
            // SAFETY: it is alive, and nobody else uses it (the invariant of the active stack). The
            // frame is of the types of the root, which the coroutine has too.
            match unsafe { poll(active.coroutine, NonNull::from(&mut frame).cast()) } {
                Poll::Ready(()) => {
                    // SAFETY: as in `last`.
                    unsafe { (*self.active).0.pop() };
                    frame.slot = Slot::ChildReturned;
                }
                Poll::Pending => match mem::replace(&mut frame.slot, Slot::Empty) {
                    Slot::Value(value) => return self.pause(value, Status::Running),
                    Slot::Descend => {}
                    _ => misuse::awaited(),
                },
            }
        }
    }

    /// Leaves everything as it is until the next resume.
    #[inline(always)]
    fn pause(mut self, value: Y, status: Status) -> CoroutineState<Y, F::Output> {
        self.machine.set_status(status);
        mem::forget(self);
        CoroutineState::Yielded(value)
    }
}

impl<R, Y, F: Future> Coroutine<R> for BoxedMachine<R, Y, F> {
    type Yield = Y;
    type Return = F::Output;

    #[inline]
    #[track_caller]
    fn begin(self: Pin<&mut Self>) -> CoroutineState<Y, F::Output> {
        if let Some(argument) = unit::unit() {
            return self.resume(argument);
        }
        let status = self.machine.current();
        if status != Status::Created {
            misuse::wrong_status(status);
        }
        let mut this = self;
        inner(this.as_mut().project().machine).start();
        this.run(None)
    }

    #[inline]
    #[track_caller]
    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<Y, F::Output> {
        match self.machine.current() {
            // As in `Machine::resume`.
            Status::Created | Status::Suspended if unit::is_unit::<R>() => {
                inner(self.as_mut().project().machine).start()
            }
            Status::Suspended => {}
            status => return self.resume_otherwise(status, argument),
        }
        self.run(Some(argument))
    }

    #[inline]
    fn terminate(self: Pin<&mut Self>) {
        self.end();
    }

    #[inline]
    fn status(&self) -> Status {
        match self.machine.current() {
            Status::Running => Status::Suspended,
            status => status,
        }
    }

    #[inline]
    unsafe fn __delegate(self: Pin<&mut Self>, mut channel: Channel<'_, R, Y>) -> Poll<F::Output> {
        let active = channel.active_stack();
        let slot = channel.slot();
        if let Slot::ChildReturned = slot {
            *slot = Slot::Empty;
            return Poll::Ready(self.project().returned.0.take().unwrap_or_else(|| another_one()));
        }
        if self.machine.current() != Status::Created || active.is_null() {
            return self.delegate_otherwise(channel);
        }
        *slot = Slot::Descend;
        // SAFETY: the root's own, which runs just now, and has no reference to it meanwhile
        // (`ActiveRoot::run`).
        self.activate(unsafe { &mut *active });
        Poll::Pending
    }
}

impl<R, Y, F: Future> fmt::Debug for BoxedMachine<R, Y, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
fn another_one() -> ! {
    unreachable!("a coroutine is told that it has returned, and it has not")
}
