//! Bodies: statements and expressions of numbers, with yields anywhere.

/// A body, and what it delegates to.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) shape: Shape,
    pub(crate) block: Block,
}

/// How the coroutine is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Opaque,
    Boxed,
    Named,
    /// `co! { … }`.
    Expression,
    /// With an `.await` in each yield, which waits once.
    Async,
}

impl Shape {
    pub(crate) const ALL: [Self; 5] =
        [Self::Opaque, Self::Boxed, Self::Named, Self::Expression, Self::Async];
}

/// Statements, and the value at the end.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) statements: Vec<Statement>,
    pub(crate) value: Box<Number>,
}

/// A local variable, by its number. All are mutable numbers.
pub(crate) type Variable = usize;
/// A loop or a block, by its number.
pub(crate) type Label = usize;

/// An expression of the type `i64`.
#[derive(Debug)]
pub(crate) enum Number {
    Literal(i64),
    Variable(Variable),
    /// Gives the number out; its value is what is sent in.
    Yield(Box<Number>),
    /// The same through a macro that contains the yield.
    YieldInMacro(Box<Number>),
    /// Delegates to a coroutine that yields the number so many times, and adds up what it is sent.
    YieldFrom(Box<Number>, u32),
    Binary(Box<Number>, char, Box<Number>),
    Negative(Box<Number>),
    Cast(Box<Number>),
    Borrowed(Box<Number>),
    Block(Block),
    Labelled(Label, Block),
    /// Leaves a block, or a loop, with a value.
    Break(Label, Box<Number>),
    If(Box<Truth>, Block, Block),
    /// Matches the number modulo 4: 0, 1 if the guard holds, anything else, which is bound.
    Match(Box<Number>, Box<Number>, Box<Truth>, Box<Number>, Variable, Box<Number>),
    Call(Box<Number>, Box<Number>),
    Method(Box<Number>, Box<Number>),
    Tuple(Box<Number>, Box<Number>, bool),
    /// A struct whose fields are written in the other order.
    Struct(Box<Number>, Box<Number>),
    Index(Box<Number>, Box<Number>, Box<Number>),
    Closure(Box<Number>),
    /// `vec![…]`, with the number of an element.
    Vector(Box<Number>, Box<Number>, bool),
    /// The length of `format!("{}{}", …)`.
    Format(Box<Number>, Box<Number>),
    /// `identity!(…)`, a macro that passes its tokens on.
    Macro(Box<Number>),
    /// A value that logs its number when it is dropped, in whose method the argument is evaluated.
    Temporary(i64, Box<Number>),
    /// A loop that is left with a value in its second turn at the latest.
    Loop(Label, Box<Truth>, Box<Number>, Vec<Statement>, Box<Number>),
    /// `?` on an `Option`, which is `None` for each seventh number.
    Try(Box<Number>),
    Return(Box<Number>),
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
    /// Leaves the body if there is nothing in the `Option`.
    LetElse(Variable, Number),
    Assign(Variable, Number),
    AddAssign(Variable, Number),
    /// `array[…] += …`, on an array of three that the variable is put into.
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
