//! The programs that both languages have.

use cogen_conformance_runtime::Touch;

/// What a program is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Numbers and errors: `Result<i64, Thrown>`.
    Numbers,
    /// Nothing, and errors: `Result<(), Thrown>`. The one that can delegate to lists and be thrown
    /// at.
    Signals,
    /// Nothing: `()`. The one that can be iterated over.
    Nothing,
}

/// What the function returns in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `impl Coroutine`
    Opaque,
    /// `BoxCoroutine`
    Boxed,
    /// `struct = …`
    Named,
}

/// What holds the outermost coroutine in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// `Pin<Box<C>>`
    Pinned,
    /// `BoxCoroutine`
    Dynamic,
    /// `Shared`, which the coroutine has a weak handle of. Only these touch themselves.
    Shared,
}

/// The outermost function is the first. A function calls later ones and, if it is boxed, itself.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) number: usize,
    pub(crate) family: Family,
    pub(crate) holder: Holder,
    pub(crate) functions: Vec<Function>,
    pub(crate) depth: i64,
    pub(crate) argument: i64,
}

/// It has the arguments `depth` and `a`, and the local variables `b` and `c`.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) shape: Shape,
    pub(crate) body: Vec<Statement>,
    pub(crate) result: Expression,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Variable {
    A,
    B,
    C,
}

impl Variable {
    pub(crate) const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
        }
    }
}

/// All values are from 0 to 999, so that nothing overflows and no language rounds in its own way.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    Constant(i64),
    Variable(Variable),
    Depth,
    Binary(Box<Expression>, char, Box<Expression>),
}

#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Less(Expression, Expression),
    Even(Expression),
}

/// The two kinds of error.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Handled,
    Unhandled,
}

/// What a handler catches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Catches {
    Handled,
    Both,
}

/// How `finally` is spelled in Python. In Rust it is a drop guard.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cleanup {
    Finally,
    With,
}

/// What stands between `yield_from!` and the called function in Rust. Python has nothing there, but
/// for the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Direct,
    PinnedBox,
    Pinned,
    Borrowed,
    Dynamic,
    Shared,
    ByHand,
    Primed,
    Block,
    /// It is started before, which Python can do too. Only where nothing is sent.
    Started,
}

impl Way {
    /// Those that any family has.
    pub(crate) const ALL: [Self; 9] = [
        Self::Direct,
        Self::PinnedBox,
        Self::Pinned,
        Self::Borrowed,
        Self::Dynamic,
        Self::Shared,
        Self::ByHand,
        Self::Primed,
        Self::Block,
    ];
}

#[derive(Debug)]
pub(crate) enum Statement {
    Assign(Variable, Expression),
    /// A side effect.
    Log(u32, Expression),
    /// `target = yield value`
    Yield(Variable, Expression),
    /// `target = (target + (yield value)) % 1000`
    AddYield(Variable, Expression),
    /// `if (yield value) < bound: … else: …`
    Ask(Expression, i64, Vec<Statement>, Vec<Statement>),
    /// A yield where Python's body catches `GeneratorExit`, and yields again, if there is something
    /// to yield. Rust's body can't.
    Resist(Variable, Expression, Option<Expression>),
    If(Condition, Vec<Statement>, Vec<Statement>),
    /// The number of the loop, how often it turns, and what.
    Loop(u32, i64, Vec<Statement>),
    /// Leaves the loop of this number, the innermost one.
    Break(u32, Condition),
    Continue(u32, Condition),
    Try {
        number: u32,
        body: Vec<Statement>,
        catches: Catches,
        /// Gets the number that the error carries.
        target: Variable,
        handler: Vec<Statement>,
    },
    /// A `try` around nothing but a yield: a `match` in Rust.
    CaughtYield {
        number: u32,
        value: Expression,
        target: Variable,
        handler: Vec<Statement>,
    },
    Cleanup(u32, Cleanup, Vec<Statement>),
    Raise(Condition, Kind, Expression),
    /// Raises what the handler of this number has caught.
    Reraise(u32, Condition),
    Return(Condition, Expression),
    /// `target = yield from function(depth, argument)`; a call of itself has a lower depth.
    Delegate {
        target: Variable,
        function: usize,
        itself: bool,
        depth: Expression,
        argument: Expression,
        way: Way,
    },
    DelegateToList(Vec<Expression>),
    /// Makes a coroutine that the body advances by hand, and closes it afterwards. The numbers say
    /// which it is.
    Keep {
        number: u32,
        function: usize,
        itself: bool,
        depth: Expression,
        argument: Expression,
        body: Vec<Statement>,
    },
    /// Starts the kept one of this number, or sends to it, or throws at it.
    Advance {
        number: u32,
        value: Expression,
        throws: bool,
    },
    Touch(Touch),
}
