//! A coroutine that is written by hand, without the attribute.

use std::pin::Pin;

use cogen::{Coroutine, CoroutineState, Status};

/// Passes on every call, with the public methods of the trait only.
#[derive(Debug)]
pub struct ByHand<C>(Pin<Box<C>>);

impl<C> ByHand<C> {
    /// Wraps `coroutine`.
    pub fn new(coroutine: C) -> Self {
        Self(Box::pin(coroutine))
    }
}

impl<R, C: Coroutine<R>> Coroutine<R> for ByHand<C> {
    type Yield = C::Yield;
    type Return = C::Return;

    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<C::Yield, C::Return> {
        self.0.as_mut().begin()
    }

    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<C::Yield, C::Return> {
        self.0.as_mut().resume(argument)
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.0.as_mut().terminate();
    }

    fn status(&self) -> Status {
        self.0.status()
    }
}
