//! The iterators in the `Box<dyn Iterator>`s of functions that delegate, and the delegation to such
//! a box.
//!
//! `dyn Iterator` hides whether there is a coroutine in the box. The delegation asks: it leaves the
//! address of the content in a thread-local variable, and calls `size_hint`. A [`DynIterator`] that
//! finds its own address there answers with the function that runs its coroutine below the root of
//! a [recursion](super::recursion). So an item costs the same at any depth, as for the other boxes.
//! Without `std` there is no such variable, and each item passes through every level.
//!
//! # Invariant
//!
//! A `DynIterator` is always the whole content of a box of a trait object, or of an `Rc` or `Arc`
//! that the box was converted to. It is created there, and nothing moves the value behind a trait
//! object into another value. So if a box has content at the address of a `DynIterator`, and the
//! content is not of size zero, it is that `DynIterator`.

use alloc::boxed::Box;
use core::future::Future;
use core::iter::FusedIterator;
use core::mem;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::Poll;

use super::boxed_shape::FromMachine;
use super::empty_box::EmptyBox;
use super::recursion::BoxedMachine;
use super::recursive_iterator::Delegate as Choose;
use super::slot::Slot;
use super::sync::channel::Channel;
use super::sync::delegate::{Delegate, Enter, IntoDelegate, give_item};
use super::sync::frame::PollFrame;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

/// The iterator in the `Box<dyn Iterator>` of a function that delegates. See the invariant of this
/// module.
enum DynIterator<Y, F: Future> {
    /// The coroutine has not started, or only [`run`](Self::run) uses it.
    Here(BoxedMachine<(), Y, F>),
    /// The coroutine was moved into a box of its own, because the content of a `Box<dyn Iterator>`
    /// may move into an `Rc`.
    Moved(Pin<Box<BoxedMachine<(), Y, F>>>),
    Ended,
}

/// Runs the coroutine of a `DynIterator` below the root of a recursion.
///
/// # Safety
///
/// The first pointer is to the `DynIterator` that returned this function, and the second one to a
/// `PollFrame<(), Y>`. No other code uses them during the call. From the first call on, only this
/// function uses the iterator, which is not moved until it is dropped. Otherwise as for
/// `Coroutine::__delegate`.
type Run = unsafe fn(NonNull<()>, NonNull<()>) -> Poll<()>;

impl<Y, F: Future> DynIterator<Y, F> {
    unsafe fn run(this: NonNull<()>, frame: NonNull<()>) -> Poll<()> {
        // SAFETY: the caller's promise.
        let (this, frame) =
            unsafe { (this.cast::<Self>().as_mut(), frame.cast::<PollFrame<(), Y>>().as_mut()) };
        let coroutine = match this {
            // SAFETY: the caller promises that it doesn't move any more.
            Self::Here(coroutine) => unsafe { Pin::new_unchecked(coroutine) },
            Self::Moved(coroutine) => coroutine.as_mut(),
            Self::Ended => return Poll::Ready(()),
        };
        // SAFETY: the caller's promise, and this owns the coroutine.
        unsafe { coroutine.__delegate(Channel::new(frame)) }.map(|_| ())
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
        question::answer(NonNull::from(self).cast(), Self::run);
        (0, None)
    }
}

impl<Y, F: Future> FusedIterator for DynIterator<Y, F> {}

/// The delegate that a `Box<dyn Iterator>` becomes.
#[derive(Debug)]
pub struct DynDelegate<I> {
    iterator: I,
    /// Runs the coroutine in the box, if there is one. Set when the delegate is entered.
    run: Option<Run>,
}

impl<I: Iterator + ?Sized> DynDelegate<Box<I>> {
    /// Puts the next item of any other iterator into the slot. Not inlined, because the box usually
    /// contains a coroutine, whose body delegates in the same way.
    #[inline(never)]
    fn relay(&mut self, slot: &mut Slot<(), I::Item>) -> Poll<()> {
        give_item(slot, || Poll::Ready(self.iterator.next()))
    }
}

/// Kind: a [`DynDelegate`].
#[derive(Debug)]
pub enum OfDynIterator {}

#[diagnostic::do_not_recommend]
impl<I: Iterator> IntoDelegate<(), I::Item, OfDynIterator> for DynDelegate<I> {
    type Delegate = Self;

    #[inline(always)]
    fn into_delegate(self) -> Self {
        self
    }
}

impl<I: Iterator + ?Sized> Enter<(), OfDynIterator> for DynDelegate<Box<I>> {
    unsafe fn enter(&mut self, _: bool) {
        self.run = question::ask(&mut *self.iterator);
    }
}

impl<I: Iterator + ?Sized> Delegate<(), I::Item, OfDynIterator> for DynDelegate<Box<I>> {
    type Return = ();

    #[inline]
    unsafe fn poll(&mut self, mut channel: Channel<'_, (), I::Item>) -> Poll<()> {
        let Some(run) = self.run else {
            return self.relay(channel.slot());
        };
        let content = NonNull::from(&mut *self.iterator).cast();
        // SAFETY: the content of the box is the `DynIterator` that returned the function (the
        // invariant of this module). Its items, which the coroutine yields, have the type
        // `I::Item`, so the frame has the types of the coroutine. The caller promises the rest.
        unsafe { run(content, channel.frame()) }
    }
}

macro_rules! impl_for_boxes {
    ($([$($bound:ident)*])*) => {$(
        impl<'a, T> Choose<Box<dyn Iterator<Item = T> $(+ $bound)* + 'a>> {
            /// Returns the delegate.
            ///
            /// # Panics
            ///
            /// If the delegate was taken before.
            #[inline(always)]
            pub fn __cogen_take(
                &mut self,
            ) -> DynDelegate<Box<dyn Iterator<Item = T> $(+ $bound)* + 'a>> {
                DynDelegate { iterator: (**self).__cogen_take(), run: None }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'a, Y: 'a, F> FromMachine<BoxedMachine<(), Y, F>>
            for Box<dyn Iterator<Item = Y> $(+ $bound)* + 'a>
        where
            F: Future $(+ $bound)* + 'a,
        {
            #[inline]
            fn from_machine(machine: BoxedMachine<(), Y, F>) -> Self {
                EmptyBox::allocate().fill(DynIterator::Here(machine))
            }
        }
    )*};
}

impl_for_boxes!([] [Send] [Sync] [Send Sync]);

/// The question whether a box contains a [`DynIterator`].
#[cfg(feature = "std")]
mod question {
    use core::cell::Cell;
    use core::ptr::NonNull;

    use super::Run;

    std::thread_local! {
        static QUESTION: Cell<Option<Question>> = const { Cell::new(None) };
    }

    #[derive(Clone, Copy)]
    struct Question {
        /// The content of the box.
        content: NonNull<()>,
        answer: Option<Run>,
    }

    /// Returns the answer of `iterator`, the content of a box.
    pub(super) fn ask<I: Iterator + ?Sized>(iterator: &mut I) -> Option<Run> {
        if size_of_val(iterator) == 0 {
            return None; // its address may be that of any other value
        }
        let content = NonNull::from(&mut *iterator).cast();
        QUESTION.set(Some(Question { content, answer: None }));
        let _ = iterator.size_hint();
        // The question of another box may be there, if `size_hint` is code of the user's.
        QUESTION.take().filter(|question| question.content == content)?.answer
    }

    /// Answers, if the question is whether `content` is a `DynIterator`.
    pub(super) fn answer(content: NonNull<()>, run: Run) {
        if let Some(question) = QUESTION.get().filter(|question| question.content == content) {
            QUESTION.set(Some(Question { answer: Some(run), ..question }));
        }
    }
}

#[cfg(not(feature = "std"))]
mod question {
    use core::ptr::NonNull;

    use super::Run;

    pub(super) fn ask<I: Iterator + ?Sized>(_: &mut I) -> Option<Run> {
        None
    }

    pub(super) fn answer(_: NonNull<()>, _: Run) {}
}
