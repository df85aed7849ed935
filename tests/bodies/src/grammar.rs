//! Bodies: statements and expressions of numbers, with yields anywhere.

/// A body, and the form of its coroutine.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) shape: Shape,
    pub(crate) block: Block,
}

/// The form of the coroutine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Opaque,
    Boxed,
    Named,
    /// `co! { … }`.
    Expression,
    /// With an `.await` in each yield, which waits once.
    Async,
    /// `impl Iterator`, whose items are `Result`s.
    Iterator,
    /// The same with a named struct.
    NamedIterator,
    /// An iterator whose items are `Option`s.
    Options,
    /// An iterator whose items are numbers, so that no `?` can end it.
    Plain,
    /// `impl Stream`, whose items are `Result`s, with an `.await` in each `yield_!` and before the
    /// `?` of errors that are converted.
    Stream,
}

/// The type of the items of an iterator or a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Items {
    /// `Result<i64, Failure>`
    Results,
    /// `Option<i64>`
    Options,
    /// `i64`
    Numbers,
}

impl Shape {
    pub(crate) const ALL: [Self; 10] = [
        Self::Opaque,
        Self::Boxed,
        Self::Named,
        Self::Expression,
        Self::Async,
        Self::Iterator,
        Self::NamedIterator,
        Self::Options,
        Self::Plain,
        Self::Stream,
    ];

    /// Returns the type of the items, if this is an iterator or a stream.
    pub(crate) fn items(self) -> Option<Items> {
        match self {
            Self::Opaque | Self::Boxed | Self::Named | Self::Expression | Self::Async => None,
            Self::Iterator | Self::NamedIterator | Self::Stream => Some(Items::Results),
            Self::Options => Some(Items::Options),
            Self::Plain => Some(Items::Numbers),
        }
    }

    /// Whether the body awaits.
    pub(crate) fn awaits(self) -> bool {
        matches!(self, Self::Async | Self::Stream)
    }
}

/// Statements, and the value at the end.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) statements: Vec<Statement>,
    pub(crate) value: Box<Number>,
}

/// A local variable, identified by its number. All variables are mutable numbers.
pub(crate) type Variable = usize;
/// A loop or a block, identified by its number.
pub(crate) type Label = usize;

/// An expression of the type `i64`.
#[derive(Debug)]
pub(crate) enum Number {
    Literal(i64),
    Variable(Variable),
    /// Yields the number. The value of the expression is the number that is sent in.
    Yield(Box<Number>),
    /// The same through a macro that contains the yield.
    YieldInMacro(Box<Number>),
    /// Delegates to a coroutine that yields the number the given number of times, and returns the
    /// sum of the numbers that it is sent. With a `?`, it returns an operand of the `?`.
    YieldFrom(Box<Number>, u32, bool),
    Binary(Box<Number>, char, Box<Number>),
    Negative(Box<Number>),
    Cast(Box<Number>),
    Borrowed(Box<Number>),
    Block(Block),
    Labelled(Label, Block),
    /// Leaves a block, or a loop, with a value.
    Break(Label, Box<Number>),
    If(Box<Truth>, Block, Block),
    /// Matches the number modulo 4: 0, 1 if the guard holds, any other number, which is bound.
    Match(Box<Number>, Box<Number>, Box<Truth>, Box<Number>, Variable, Box<Number>),
    Call(Box<Number>, Box<Number>),
    Method(Box<Number>, Box<Number>),
    Tuple(Box<Number>, Box<Number>, bool),
    /// A struct whose fields are written in the reverse order.
    Struct(Box<Number>, Box<Number>),
    Index(Box<Number>, Box<Number>, Box<Number>),
    Closure(Box<Number>),
    /// `vec![…]`, indexed with a number.
    Vector(Box<Number>, Box<Number>, bool),
    /// The length of `format!("{}{}", …)`.
    Format(Box<Number>, Box<Number>),
    /// `identity!(…)`, a macro that passes its tokens on.
    Macro(Box<Number>),
    /// A method call on a temporary value, which logs its number when it is dropped. The number is
    /// the argument of the method.
    Temporary(i64, Box<Number>),
    /// A loop that is left with a value in its second turn at the latest.
    Loop(Label, Box<Truth>, Box<Number>, Vec<Statement>, Box<Number>),
    /// `?` on a `Result` if the items are `Result`s, or else on an `Option`. It fails for each
    /// seventh number.
    Try(Box<Number>, Question),
    /// A `?` on a variable in a closure, an `async` block or an inner function.
    InnerTry(Variable, Inner),
    Return(Box<Number>),
}

/// The operands of a `?`.
#[derive(Debug)]
pub(crate) enum Question {
    /// A `Result` whose error has another type than the items' error. It is awaited in a stream.
    Converted,
    /// A `Result` whose error has the type of the items' error.
    Same,
    /// `??`. The second `?` fails for other numbers.
    Twice,
    /// The return value of a method of a temporary value with this mark.
    OfTemporary(i64),
    /// A guard with this mark. The argument of its method is evaluated after the `?`. The error
    /// owns a guard as well.
    Guard(i64, Box<Number>),
}

/// The places with their own `?`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inner {
    Closure,
    AsyncBlock,
    Function,
}

/// An expression of the type `bool`.
#[derive(Debug)]
pub(crate) enum Truth {
    Less(Box<Number>, Box<Number>),
    Even(Box<Number>),
    And(Box<Truth>, Box<Truth>),
    Or(Box<Truth>, Box<Truth>),
    Not(Box<Truth>),
    /// `matches!(… % 10, 3..=7)`.
    Matches(Box<Number>),
}

#[derive(Debug)]
pub(crate) enum Statement {
    Log(i64),
    /// Lets a guard live to the end of the block.
    Guard(i64),
    Expression(Number),
    Let(Variable, Number),
    LetTuple(Variable, Variable, Number, Number),
    /// `assert_ne!(…, …, "{}", …)`, which holds.
    Assert(Number, Number, Number),
    /// Leaves the body if the `Option` is `None`.
    LetElse(Variable, Number),
    Assign(Variable, Number),
    AddAssign(Variable, Number),
    /// `array[…] += …`, on an array of three elements. The first element is the variable.
    IndexAssign(Variable, Number, Number),
    If(Truth, Vec<Statement>, Vec<Statement>),
    /// `if let Some(v) = … && …`.
    IfLet(Variable, Number, Truth, Vec<Statement>),
    /// A loop of at most two turns, while a condition holds.
    While(Label, Truth, Vec<Statement>),
    /// `for` over a range whose end is the number modulo 3.
    For(Label, Variable, Number, Vec<Statement>),
    Continue(Label),
}
