//! The iterators in the `Box<dyn Iterator>`s of functions that delegate, and the delegation to such
//! a box.
//!
//! `dyn Iterator` hides whether there is a coroutine in the box. A delegation below the root of a
//! [recursion](super::recursion) asks: it leaves the address of the content in a thread-local
//! variable, and calls `size_hint`. A [`DynIterator`] that finds its own address there answers with
//! the function that puts its coroutine on the stack of the root. So an item costs the same at any
//! depth, as for the other boxes. Without `std` there is no such variable, and each item passes
//! through every level.
//!
//! # Invariant
//!
//! A `DynIterator` is always the whole content of a box of a trait object, or of an `Rc` or `Arc`
//! that the box was converted to. It is created there, and nothing moves the value behind a trait
//! object into another value. So if the content of a box has the address and the size of a
//! `DynIterator`, it is that `DynIterator`.

use alloc::boxed::Box;
use core::future::Future;
use core::iter::FusedIterator;
use core::mem;
use core::pin::Pin;
use core::ptr::NonNull;

use super::boxed_shape::FromMachine;
use super::empty_box::EmptyBox;
use super::recursion::{ActiveStack, BoxedMachine};
use super::slot::Slot;
use super::sync::channel::Channel;
use super::unit::{is_same, is_unit};
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

/// The iterator in the `Box<dyn Iterator>` of a function that delegates. See the invariant of this
/// module.
enum DynIterator<Y, F: Future> {
    /// The coroutine has not started, or is on an active stack.
    Here(BoxedMachine<(), Y, F>),
    /// The coroutine was moved into a box of its own, because the content of a `Box<dyn Iterator>`
    /// may move into an `Rc`.
    Moved(Pin<Box<BoxedMachine<(), Y, F>>>),
    Ended,
}

/// Puts the coroutine of a `DynIterator` on an active stack.
///
/// # Safety
///
/// The pointer is to the `DynIterator` that returned this function. From now on only the root of
/// the stack uses the iterator, which is not moved until it is dropped. Otherwise as for
/// `Coroutine::__delegate`, and the root takes `()` and yields the items of the iterator.
type Descend = unsafe fn(NonNull<()>, &mut ActiveStack);

impl<Y, F: Future> DynIterator<Y, F> {
    unsafe fn descend(this: NonNull<()>, active: &mut ActiveStack) {
        // SAFETY: the caller's promise.
        match unsafe { this.cast::<Self>().as_mut() } {
            // SAFETY: the caller promises that it doesn't move any more.
            Self::Here(coroutine) => unsafe { Pin::new_unchecked(coroutine) }.join(active),
            Self::Moved(coroutine) => coroutine.as_mut().join(active),
            Self::Ended => {} // gives no answer
        }
    }

    /// Moves the coroutine into a box of its own.
    #[cold]
    #[inline(never)]
    fn move_out(&mut self) {
        *self = match mem::replace(self, Self::Ended) {
            Self::Here(coroutine) => Self::Moved(Box::pin(coroutine)),
            other => other,
        };
    }
}

impl<Y, F: Future> Iterator for DynIterator<Y, F> {
    type Item = Y;

    #[inline]
    fn next(&mut self) -> Option<Y> {
        if let Self::Here(_) = self {
            self.move_out();
        }
        let Self::Moved(coroutine) = self else {
            return None;
        };
        if coroutine.status() == Status::Closed {
            return None; // the body panicked
        }
        match coroutine.as_mut().resume(()) {
            CoroutineState::Yielded(value) => Some(value),
            CoroutineState::Complete(_) => {
                *self = Self::Ended;
                None
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Ended => return (0, Some(0)),
            Self::Moved(coroutine) if coroutine.status() == Status::Closed => return (0, Some(0)),
            Self::Here(_) | Self::Moved(_) => {}
        }
        question::answer(self, Self::descend);
        (0, None)
    }
}

impl<Y, F: Future> FusedIterator for DynIterator<Y, F> {}

/// If `iterator` is a box with a `DynIterator`, puts its coroutine on the active stack of the
/// channel and leaves [`Slot::Descend`].
///
/// # Safety
///
/// As for `Enter::enter`.
#[inline(always)]
pub(crate) unsafe fn enter<R, Y, I: Iterator>(iterator: &mut I, mut channel: Channel<'_, R, Y>) {
    let active = channel.active_stack();
    if !is_box::<I>() || !is_unit::<R>() || !is_same::<Y, I::Item>() || active.is_null() {
        return;
    }
    if let Some((content, descend)) = ask(iterator) {
        // SAFETY: the content of the box is the `DynIterator` that returned the function (the
        // invariant of this module). It yields `Y`, as the root of the channel does. The stack is
        // part of the root, which is running and has no reference to the stack meanwhile. The
        // caller promises the rest: the body owns the box, and does nothing else with it.
        unsafe { descend(content, &mut *active) };
        *channel.slot() = Slot::Descend;
    }
}

/// Returns whether the delegate is a box whose coroutine is on the active stack.
#[inline(always)]
pub(crate) fn is_below<R, Y, I: Iterator>(_: &I, slot: &Slot<R, Y>) -> bool {
    is_box::<I>() && matches!(slot, Slot::Descend)
}

/// Returns whether the delegate is a box whose coroutine was on the active stack and has ended.
#[inline(always)]
pub(crate) fn has_returned<R, Y, I: Iterator>(_: &I, slot: &Slot<R, Y>) -> bool {
    is_box::<I>() && matches!(slot, Slot::ChildReturned)
}

macro_rules! for_boxes {
    ($([$($bound:ident)*])*) => {
        /// Returns whether an iterator is a box that may contain a `DynIterator`. This is a
        /// constant in compiled code.
        #[inline(always)]
        fn is_box<I: Iterator>() -> bool {
            false $(|| is_same::<I, Box<dyn Iterator<Item = I::Item> $(+ $bound)*>>())*
        }

        /// Asks the content of a box. Returns the content, and its answer.
        fn ask<I: Iterator>(iterator: &mut I) -> Option<(NonNull<()>, Descend)> {
            let iterator = NonNull::from(iterator);
            $(if is_same::<I, Box<dyn Iterator<Item = I::Item> $(+ $bound)*>>() {
                let mut iterator =
                    iterator.cast::<Box<dyn Iterator<Item = I::Item> $(+ $bound)* + '_>>();
                // SAFETY: the types differ at most in the lifetime.
                return question::ask(&mut **unsafe { iterator.as_mut() });
            })*
            None
        }
    };
}

for_boxes!([] [Send] [Sync] [Send Sync]);

macro_rules! impl_for_boxes {
    ($($fill:ident [$($bound:ident)*])*) => {$(
        /// Returns a box with the iterator that runs `machine`.
        #[inline]
        pub fn $fill<'a, Y: 'a, F: Future $(+ $bound)* + 'a>(
            machine: BoxedMachine<(), Y, F>,
        ) -> Box<dyn Iterator<Item = Y> $(+ $bound)* + 'a> {
            EmptyBox::allocate().fill(DynIterator::Here(machine))
        }

        impl<'a, Y: 'a, F> FromMachine<BoxedMachine<(), Y, F>>
            for Box<dyn Iterator<Item = Y> $(+ $bound)* + 'a>
        where
            F: Future $(+ $bound)* + 'a,
        {
            #[inline]
            fn from_machine(machine: BoxedMachine<(), Y, F>) -> Self {
                $fill(machine)
            }
        }
    )*};
}

impl_for_boxes! {
    dyn_iterator []
    dyn_iterator_send [Send]
    dyn_iterator_sync [Sync]
    dyn_iterator_send_sync [Send Sync]
}

/// The question whether a box contains a [`DynIterator`].
#[cfg(feature = "std")]
mod question {
    use core::cell::Cell;
    use core::ptr::NonNull;

    use super::Descend;

    std::thread_local! {
        static QUESTION: Cell<Option<Question>> = const { Cell::new(None) };
    }

    #[derive(Clone, Copy)]
    struct Question {
        content: NonNull<()>,
        size: usize,
        answer: Option<Descend>,
    }

    /// Returns the address of `iterator`, the content of a box, and its answer.
    pub(super) fn ask<I: Iterator + ?Sized>(iterator: &mut I) -> Option<(NonNull<()>, Descend)> {
        let content = NonNull::from(&mut *iterator).cast();
        QUESTION.set(Some(Question { content, size: size_of_val(iterator), answer: None }));
        let _ = iterator.size_hint();
        // If `size_hint` is code of the user's, the question may be that of another box.
        let question = QUESTION.take().filter(|question| question.content == content)?;
        Some((content, question.answer?))
    }

    /// Answers, if the question is about `iterator`.
    pub(super) fn answer<I>(iterator: &I, descend: Descend) {
        let content = NonNull::from(iterator).cast();
        if let Some(question) = QUESTION.get() {
            if (question.content, question.size) == (content, size_of::<I>()) {
                QUESTION.set(Some(Question { answer: Some(descend), ..question }));
            }
        }
    }
}

#[cfg(not(feature = "std"))]
mod question {
    use core::ptr::NonNull;

    use super::Descend;

    pub(super) fn ask<I: ?Sized>(_: &mut I) -> Option<(NonNull<()>, Descend)> {
        None
    }

    pub(super) fn answer<I>(_: &I, _: Descend) {}
}
