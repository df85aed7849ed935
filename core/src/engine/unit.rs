//! Whether a type is `()`: a coroutine that takes `()` can be resumed without an argument.

use core::any::TypeId;
use core::marker::PhantomData;

/// The argument `()`, where that is what `R` is.
///
/// A coroutine that takes nothing can be resumed without being given anything.
#[inline(always)]
pub(crate) fn unit<R>() -> Option<R> {
    // SAFETY: only where `R` is `()`, for which a copy of nothing is a value.
    is_unit::<R>().then(|| unsafe { core::mem::transmute_copy::<(), R>(&()) })
}

/// Whether `R` is `()`: a constant in compiled code.
#[inline(always)]
pub(crate) fn is_unit<R>() -> bool {
    is_same::<R, ()>()
}

/// Whether two types differ in nothing but lifetimes: a constant in compiled code.
#[inline(always)]
pub(crate) fn is_same<A: ?Sized, B: ?Sized>() -> bool {
    type_id::<A>() == type_id::<B>()
}

/// The same for types that differ in lifetimes only.
#[inline(always)]
fn type_id<T: ?Sized>() -> TypeId {
    trait HasTypeId {
        fn type_id(&self) -> TypeId
        where
            Self: 'static;
    }

    impl<T: ?Sized> HasTypeId for PhantomData<T> {
        #[inline(always)]
        fn type_id(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<T>()
        }
    }

    let phantom: &dyn HasTypeId = &PhantomData::<T>;
    // SAFETY: only the lifetime bound changes, and the method's answer doesn't depend on lifetimes.
    let phantom =
        unsafe { core::mem::transmute::<&dyn HasTypeId, &(dyn HasTypeId + 'static)>(phantom) };
    phantom.type_id()
}
