//! The programs that exist in both languages.

use cogen_conformance_runtime::Touch;

/// The type that a program is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Numbers and errors: `Result<i64, Thrown>`.
    Numbers,
    /// Nothing, and errors: `Result<(), Thrown>`. Only these programs can both delegate to lists
    /// and be thrown into.
    Signals,
    /// Nothing: `()`. Only these programs can be iterated over.
    Nothing,
}

/// The return type of the function in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `impl Coroutine`
    Opaque,
    /// `BoxCoroutine`
    Boxed,
    /// `struct = …`
    Named,
}

/// The type that holds the outermost coroutine in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// `Pin<Box<C>>`
    Pinned,
    /// `BoxCoroutine`
    Dynamic,
    /// `Shared`. The coroutine has a weak handle of itself. Only these programs use themselves.
    Shared,
}

/// The outermost function is the first. A function calls later functions and, if it is boxed,
/// itself.
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

/// All values are from 0 to 999, so that nothing overflows and both languages calculate alike.
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

/// The errors that a handler catches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Catches {
    Handled,
    Both,
}

/// The spelling of `finally` in Python. In Rust it is a drop guard.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cleanup {
    Finally,
    With,
}

/// The wrapper between `yield_from!` and the called function in Rust. Python has only the last of
/// these.
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
    /// The coroutine is started first, which is possible in Python, too. Only where nothing is
    /// sent.
    Started,
}

impl Way {
    /// The ways that every family has.
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
    /// A yield where Python's body catches `GeneratorExit`, and yields again if the second value is
    /// there. Rust's body can't catch it.
    Resist(Variable, Expression, Option<Expression>),
    If(Condition, Vec<Statement>, Vec<Statement>),
    /// The number of the loop, the number of its turns, and its body.
    Loop(u32, i64, Vec<Statement>),
    /// Leaves the innermost loop, which has this number.
    Break(u32, Condition),
    Continue(u32, Condition),
    Try {
        number: u32,
        body: Vec<Statement>,
        catches: Catches,
        /// The variable that receives the number of the error.
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
    /// Raises the error that the handler with this number has caught.
    Reraise(u32, Condition),
    Return(Condition, Expression),
    /// `target = yield from function(depth, argument)`. A call of itself has a lower depth.
    Delegate {
        target: Variable,
        function: usize,
        itself: bool,
        depth: Expression,
        argument: Expression,
        way: Way,
    },
    DelegateToList(Vec<Expression>),
    /// Creates a coroutine that the body advances by hand, and closes it afterwards. The number
    /// identifies the coroutine.
    Keep {
        number: u32,
        function: usize,
        itself: bool,
        depth: Expression,
        argument: Expression,
        body: Vec<Statement>,
    },
    /// Starts the coroutine with this number, sends to it, or throws into it.
    Advance {
        number: u32,
        value: Expression,
        throws: bool,
    },
    Touch(Touch),
}
