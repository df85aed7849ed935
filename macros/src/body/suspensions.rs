//! The places at which a body may be suspended.

use crate::body::Rewriter;

/// The number of places found at which the body may be suspended: yields, `.await`s, and macros and
/// tokens that may contain some.
#[derive(Default)]
pub(super) struct Suspensions(usize);

impl Suspensions {
    pub(super) fn count(&mut self) {
        self.0 += 1;
    }
}

impl Rewriter<'_> {
    /// Returns whether the body may be suspended in the code that `visit` visits.
    pub(super) fn is_suspended_in(&mut self, visit: impl FnOnce(&mut Self)) -> bool {
        let before = self.suspensions.0;
        visit(self);
        self.suspensions.0 > before
    }

    /// Calls `visit`, and notes whether it visits several suspensions in one expression that
    /// `has_operands`.
    pub(super) fn sequenced(&mut self, has_operands: bool, visit: impl FnOnce(&mut Self)) {
        let before = self.suspensions.0;
        visit(self);
        self.is_unsequenced |= has_operands && self.suspensions.0 > before + 1;
    }
}
