//! Whether a type is `()`. A coroutine that takes `()` can be resumed without an argument.

use core::any::TypeId;
use core::marker::PhantomData;

/// Returns the argument `()`, if `R` is `()`.
#[inline(always)]
pub(crate) fn unit<R>() -> Option<R> {
    // SAFETY: this runs only if `R` is `()`, whose value has no bytes to copy.
    is_unit::<R>().then(|| unsafe { core::mem::transmute_copy::<(), R>(&()) })
}

/// Returns whether `R` is `()`. This is a constant in compiled code.
#[inline(always)]
pub(crate) fn is_unit<R>() -> bool {
    is_same::<R, ()>()
}

/// Returns whether two types are the same but for lifetimes. This is a constant in compiled code.
#[inline(always)]
pub(crate) fn is_same<A: ?Sized, B: ?Sized>() -> bool {
    type_id::<A>() == type_id::<B>()
}

/// Returns the identifier of a type, which doesn't depend on the type's lifetimes.
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
    // SAFETY: only the lifetime bound changes, and the method's result doesn't depend on lifetimes.
    let phantom =
        unsafe { core::mem::transmute::<&dyn HasTypeId, &(dyn HasTypeId + 'static)>(phantom) };
    phantom.type_id()
}
