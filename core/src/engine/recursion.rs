//! Recursive delegation: boxed coroutines delegate to each other to any depth, at the cost of one
//! level.
//!
//! A resume of the outermost boxed coroutine, the *root*, would have to pass through every level to
//! the innermost coroutine that is not done. Instead, the root keeps a stack of the coroutines
//! below it and resumes the last one directly. Every boxed coroutine that the attribute makes is a
//! [`BoxedMachine`] and can be a root.
//!
//! ```text
//! without the stack:  resume ─► root ─► child ─► grandchild
//! with the stack:     resume ─► root ┄┄┄ child ┄┄┄ grandchild
//!                                └────────────────────►
//! ```
//!
//! - *Down*: a child that is delegated to for the first time finds the stack through the frame and
//!   puts itself on it. The child leaves [`Slot::Descend`] and is pending. So are all levels above
//!   it, up to the coroutine that the root has polled. The root then polls the child.
//! - *Up*: a child that returns keeps its return value. The root takes the child off the stack and
//!   polls the coroutine below it on the stack, with [`Slot::ChildReturned`]. The body of that
//!   coroutine polls its delegation, which takes the value from the child.
//! - *The end*: the root closes the coroutines on the stack, from the innermost to itself. So each
//!   coroutine has nothing active below it when it is closed. Neither a resume nor the end recurses
//!   on the machine's stack.
//!
//! An unboxed coroutine between two boxed ones is polled by its parent, with the same slot. A
//! coroutine written by hand is resumed through its `resume`, and a boxed coroutine below it is a
//! root itself. A coroutine that is only borrowed, or that is behind a pointer that is not a box,
//! is a root, too. The outer root must not close it, because it doesn't own it. The coroutine may
//! be gone when the outer root is used again, and it may not be allowed on the thread that the
//! outer root moves to.
//!
//! The stack holds pointers. The invariant of the active stack is in [`engine`](crate::engine).

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
use crate::protocol::coroutine::{Coroutine, relay};
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};

pin_project! {
    /// A boxed coroutine that the attribute made.
    ///
    /// The status of the machine is `Running` as long as coroutines are active below it.
    #[project(!Unpin)]
    pub struct BoxedMachine<R, Y, F: Future> {
        // The destructor below closes the machine, which needs no destructor of its own.
        #[pin]
        machine: ManuallyDrop<Machine<Handle<R, Y>, F>>,
        returned: ReturnValue<F::Output>,
        // The coroutines that run in place of the body, if this is a root. The destructor below
        // frees the stack, which needs no destructor of its own.
        active: ManuallyDrop<ActiveStack>,
    }

    impl<R, Y, F: Future> PinnedDrop for BoxedMachine<R, Y, F> {
        fn drop(this: Pin<&mut Self>) {
            if this.machine.current() != Status::Closed || this.active.0.capacity() != 0 {
                this.end();
            }
        }
    }
}

#[inline(always)]
fn inner<M>(machine: Pin<&mut ManuallyDrop<M>>) -> Pin<&mut M> {
    // SAFETY: the machine is pinned with the `ManuallyDrop` around it.
    unsafe { machine.map_unchecked_mut(|machine| &mut **machine) }
}

/// The return value of a coroutine that a root has run. The coroutine that delegates to it takes
/// the value in the same resume of the root.
struct ReturnValue<T>(Option<T>);

// SAFETY: the value is empty except during a resume of the root, and a resume runs on one thread.
unsafe impl<T> Send for ReturnValue<T> {}
// SAFETY: a shared reference allows no access to the value.
unsafe impl<T> Sync for ReturnValue<T> {}

/// The coroutines that run in place of a root's body. Each coroutine delegates to the next one.
pub(crate) struct ActiveStack(Vec<ActiveCoroutine>);

// SAFETY: the coroutines are in the body of the root, or in boxes of that body. So they may move to
// any thread that the body may move to.
unsafe impl Send for ActiveStack {}
// SAFETY: a shared reference allows no access to the coroutines.
unsafe impl Sync for ActiveStack {}

/// A [`BoxedMachine`] with any body, which takes and yields the same types as the root.
#[derive(Clone, Copy)]
struct ActiveCoroutine {
    coroutine: NonNull<()>,
    functions: &'static Functions,
}

struct Functions {
    poll: unsafe fn(NonNull<()>, frame: NonNull<()>) -> Poll<()>,
    close: unsafe fn(NonNull<()>),
}

/// A coroutine that is probed. If a delegate panics meanwhile, the coroutine is closed.
struct Probed(ActiveCoroutine);

impl Drop for Probed {
    fn drop(&mut self) {
        // SAFETY: the coroutine is mutably borrowed by the function that made this, and the probe
        // is over.
        unsafe { (self.0.functions.close)(self.0.coroutine) };
    }
}

impl ActiveStack {
    /// Closes all coroutines, the innermost first.
    fn close(&mut self) {
        /// Closes the remaining coroutines if a destructor panics.
        struct Rest<'a>(&'a mut ActiveStack);

        impl Drop for Rest<'_> {
            fn drop(&mut self) {
                self.0.close();
            }
        }

        while let Some(active) = self.0.pop() {
            let rest = Rest(self);
            // SAFETY: the coroutine is alive, and no other code uses it (the invariant of the
            // active stack).
            unsafe { (active.functions.close)(active.coroutine) };
            mem::forget(rest);
        }
    }
}

impl<R, Y, F: Future> BodyCell<Handle<R, Y>, F> {
    /// Runs the body to its next yield or to its end, with the frame of a root. Returns `None` if
    /// the body is pending without a value. Unless the slot is [`Slot::Descend`], the body must
    /// then not run again, because it may hold a pointer to a slot that is gone.
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

    /// Creates a coroutine that is to be boxed.
    #[inline(always)]
    pub fn new(machine: Machine<Handle<R, Y>, F>) -> Self {
        Self {
            machine: ManuallyDrop::new(machine),
            returned: ReturnValue(None),
            active: ManuallyDrop::new(ActiveStack(Vec::new())),
        }
    }

    /// Runs the started body, below which nothing is active, to its next yield or to its end.
    ///
    /// If the body panics, nothing is active below it: a body below which a coroutine has become
    /// active is pending.
    #[inline(always)]
    fn run(self: Pin<&mut Self>, argument: Option<R>) -> CoroutineState<Y, F::Output> {
        let this = self.project();
        let active: *mut ActiveStack = &raw mut **this.active;
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
            None => ActiveRoot { active: frame.active, machine }.descend(frame),
        }
    }

    /// Resumes the coroutines that run in place of the body, or panics if the status is wrong. Not
    /// inlined, so that a resume of the body stays as short as if nothing could be active below it.
    #[inline(never)]
    #[track_caller]
    fn resume_otherwise(self: Pin<&mut Self>, argument: R) -> CoroutineState<Y, F::Output> {
        match self.machine.current() {
            Status::Running => {
                let this = self.project();
                let active: *mut ActiveStack = &raw mut **this.active;
                ActiveRoot { active, machine: CloseUnlessPaused::new(inner(this.machine)) }
                    .run(PollFrame::of_root(Some(argument), active))
            }
            Status::Created => misuse::sent_before_start(),
            Status::Suspended | Status::Closed => misuse::resumed_when_closed(),
        }
    }

    /// Runs an active coroutine to its next yield, until it delegates, or to its end. Returns
    /// `Ready` at the end.
    unsafe fn poll_active(this: NonNull<()>, frame: NonNull<()>) -> Poll<()> {
        // SAFETY: the stack holds a pointer to a coroutine of this type, which is pinned and not
        // used by any other code (the invariant of the active stack).
        let this = unsafe { Pin::new_unchecked(this.cast::<Self>().as_mut()) }.project();
        // SAFETY: the frame is the root's, and the root takes and yields the same types.
        let frame = unsafe { frame.cast::<PollFrame<R, Y>>().as_mut() };
        // Not dropped in a panic, after which the root (or `Probed`) closes the coroutine.
        let mut machine = ManuallyDrop::new(CloseUnlessPaused::new(inner(this.machine)));
        let poll = frame.poll(|cx| machine.body().future().poll(cx));
        poll.map(|value| {
            ManuallyDrop::into_inner(machine).complete();
            this.returned.0 = Some(value);
        })
    }

    unsafe fn close_active(this: NonNull<()>) {
        // SAFETY: as above.
        close(inner(unsafe { Pin::new_unchecked(this.cast::<Self>().as_mut()) }.project().machine));
    }

    /// Starts the coroutine and puts it on the stack.
    #[inline(always)]
    fn activate(mut self: Pin<&mut Self>, active: &mut ActiveStack) {
        inner(self.as_mut().project().machine).set_status(Status::Suspended);
        // SAFETY: from now on only the root uses the coroutine, and the root doesn't move it.
        let coroutine = NonNull::from(unsafe { self.get_unchecked_mut() }).cast();
        active.0.push(ActiveCoroutine { coroutine, functions: Self::FUNCTIONS });
    }

    /// Puts the coroutine on the stack, and then the coroutines that are active below it.
    pub(super) fn join(mut self: Pin<&mut Self>, active: &mut ActiveStack) {
        let own = mem::take(&mut self.as_mut().project().active.0); // it may have been a root
        self.activate(active);
        active.0.extend(own);
    }

    /// Runs the coroutine if it has started before, or if there is no root above it. Not inlined,
    /// because a delegate has usually just been created, below a root.
    #[inline(never)]
    fn delegate_otherwise(self: Pin<&mut Self>, mut channel: Channel<'_, R, Y>) -> Poll<F::Output> {
        let active = channel.active_stack();
        let slot = channel.slot();
        let has_started = match self.machine.current() {
            Status::Created => false,
            Status::Suspended | Status::Running => true,
            Status::Closed => misuse::resumed_when_closed(),
        };
        if has_started && slot.is_probe() {
            if self.machine.current() == Status::Running {
                *slot = Slot::Delegated; // the last coroutine on the stack has yielded
            } else {
                // SAFETY: the coroutine isn't moved.
                let coroutine = unsafe { NonNull::from(self.get_unchecked_mut()).cast() };
                let probed = Probed(ActiveCoroutine { coroutine, functions: Self::FUNCTIONS });
                // Not directly: with one more caller, the body's poll would be inlined into none.
                let poll = Self::FUNCTIONS.poll;
                // SAFETY: the coroutine is of this type, and the frame of its types. The caller
                // promises that the coroutine is suspended. It can't end, as nothing resumes it.
                let _ = unsafe { poll(coroutine, channel.frame()) };
                mem::forget(probed);
            }
            return Poll::Pending;
        }
        let takes_argument = has_started && !unit::is_unit::<R>();
        if takes_argument && !slot.has_argument() {
            misuse::delegated_to_when_started();
        }
        if takes_argument || active.is_null() {
            return relay(self, slot); // as a root
        }
        *slot = Slot::Descend;
        // SAFETY: as in `__delegate`.
        self.join(unsafe { &mut *active });
        Poll::Pending
    }

    /// Closes the coroutine, and before that the coroutines that run in place of its body. Frees
    /// the stack. Not inlined, so that the destructor of a coroutine that has ended stays short.
    #[inline(never)]
    fn end(self: Pin<&mut Self>) {
        let this = self.project();
        let mut active = ActiveStack(mem::take(&mut this.active.0));
        match this.machine.current() {
            Status::Closed => {}
            Status::Running => drop(ActiveRoot {
                active: &raw mut active,
                machine: CloseUnlessPaused::new(inner(this.machine)),
            }),
            Status::Created | Status::Suspended => close(inner(this.machine)),
        }
    }
}

/// Guards a root while its body or its active coroutines run. Dropping the guard closes all of
/// them. If they have paused, the guard is forgotten.
struct ActiveRoot<'a, R, Y, F> {
    /// The stack that the frame also points to.
    active: *mut ActiveStack,
    machine: CloseUnlessPaused<'a, Handle<R, Y>, F>,
}

impl<R, Y, F> Drop for ActiveRoot<'_, R, Y, F> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the stack is part of the root, which is mutably borrowed, or a local of `end`,
        // which drops this guard. The field `machine` closes the body afterwards.
        unsafe { &mut *self.active }.close();
    }
}

impl<R, Y, F: Future> ActiveRoot<'_, R, Y, F> {
    /// Continues when the body is pending without a value. Either a coroutine below it has put
    /// itself on the stack, or the body waits for anything else, which is misuse.
    #[inline(never)]
    fn descend(self, frame: PollFrame<R, Y>) -> CoroutineState<Y, F::Output> {
        if !matches!(frame.slot, Slot::Descend) {
            misuse::awaited();
        }
        let active = self.active;
        self.run(PollFrame::of_root(None, active))
    }

    fn last(&self) -> Option<ActiveCoroutine> {
        // SAFETY: the stack is part of the root, which is mutably borrowed, and no other reference
        // to the stack exists.
        unsafe { (*self.active).0.last().copied() }
    }

    /// Runs the last coroutine of the stack, or the body if the stack is empty. Repeats this until
    /// a coroutine yields or the body ends.
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
            // SAFETY: the coroutine is alive, and no other code uses it (the invariant of the
            // active stack). The frame has the types of the root, which are also the coroutine's.
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

    /// Sets the status and keeps everything else as it is until the next resume.
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
            misuse::wrong_status(&status);
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
            _ => return self.resume_otherwise(argument),
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
        // SAFETY: the stack is part of the root, which is running and has no reference to the stack
        // meanwhile (`ActiveRoot::run`).
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
