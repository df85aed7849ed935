//! Coroutines that can be written in both languages, and random ones.

use std::ops::Range;

use fastrand::Rng;

/// What is sent in, and with it what a coroutine can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    /// Numbers and errors: `Result<i64, Thrown>`.
    Numbers,
    /// Errors only, `Result<(), Thrown>`: lists can be delegated to.
    Errors,
    /// Nothing, `()`: lists can be delegated to, and it can be iterated over.
    Nothing,
}

/// How the function is declared in Rust. Python has one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Opaque,
    Boxed,
    Named,
}

/// A coroutine function and those that it delegates to, which come after it.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) family: Family,
    pub(crate) functions: Vec<Function>,
    /// Whether it uses itself while it runs, for which it needs a shared handle.
    pub(crate) touches_itself: bool,
}

/// A function of a depth, which recursion counts down, and a number.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) shape: Shape,
    pub(crate) body: Vec<Statement>,
}

/// A number below 1000.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    Constant(i64),
    /// One of `VARIABLES` local variables.
    Variable(usize),
    /// The function's argument.
    Argument,
    Binary(Box<Expression>, char, Box<Expression>),
}

pub(crate) const VARIABLES: usize = 3;

#[derive(Debug)]
pub(crate) enum Condition {
    Less(Expression, Expression),
    Divisible(Expression, i64),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Thrown {
    Handled,
    Unhandled,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Touch {
    Status,
    Send,
    Close,
}

/// How a coroutine is delegated to in Rust. Python has one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Passing {
    Value,
    Borrowed,
    /// In a coroutine that is written by hand, so that it is only resumed.
    ByHand,
}

#[derive(Debug)]
pub(crate) enum Delegate {
    /// A function by its number, with its argument.
    Function(usize, Passing, Expression),
    /// The same function, one level deeper, if there is one.
    Itself(Passing, Expression),
    List(Vec<Expression>),
}

#[derive(Debug)]
pub(crate) enum Statement {
    Assign(usize, Expression),
    Log(Expression),
    /// A yield, and the variable that takes what is sent.
    Yield(Option<usize>, Expression),
    /// A delegation, and the variable that takes what is returned.
    Delegate(Option<usize>, Delegate),
    If(Condition, Vec<Statement>, Vec<Statement>),
    /// A loop of so many turns; each has a number.
    For(usize, u32, Vec<Statement>),
    While(usize, u32, Vec<Statement>),
    Break,
    Continue,
    /// What handles the error `Handled`, whose number goes into the variable.
    Try(usize, Vec<Statement>, usize, Vec<Statement>),
    /// What logs the number however the body ends: `finally`, and a drop guard.
    Finally(i64, Vec<Statement>),
    Raise(Thrown, Expression),
    /// Raises what the handler around it handles.
    RaiseAgain(usize),
    Return(Expression),
    Touch(Touch),
    /// A yield in Python that yields again when it is closed; in Rust a plain one.
    IgnoreClose(Expression),
}

/// Makes random programs.
pub(crate) struct Generator<'a> {
    rng: &'a mut Rng,
    family: Family,
    touches_itself: bool,
    /// Whether it may go on when it is closed.
    ignores_close: bool,
    functions: usize,
    /// The function that is being made.
    function: usize,
    recursive: bool,
    labels: usize,
    loops: u32,
    /// The handlers around.
    handlers: Vec<usize>,
}

impl<'a> Generator<'a> {
    pub(crate) fn program(rng: &'a mut Rng) -> Program {
        let family = [Family::Numbers, Family::Numbers, Family::Errors, Family::Nothing][rng.usize(..4)];
        let (touches_itself, ignores_close, functions) = (rng.u32(..5) == 0, rng.u32(..12) == 0, rng.usize(1..=4));
        let mut generator = Self {
            rng,
            family,
            touches_itself,
            ignores_close,
            functions,
            function: 0,
            recursive: false,
            labels: 0,
            loops: 0,
            handlers: Vec::new(),
        };
        let functions = (0..functions).map(|function| generator.function(function)).collect();
        Program { family, functions, touches_itself }
    }

    fn function(&mut self, function: usize) -> Function {
        (self.function, self.recursive) = (function, false);
        let mut body = self.block(4..9, 3);
        if !body.iter().any(|statement| matches!(statement, Statement::Return(_) | Statement::Raise(..))) {
            body.push(Statement::Return(self.expression(1)));
        }
        let shape = if self.recursive { Shape::Boxed } else { [Shape::Opaque, Shape::Boxed, Shape::Named][self.rng.usize(..3)] };
        Function { shape, body }
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.rng.u32(..many) == 0
    }

    fn inner(&mut self, depth: u32) -> Vec<Statement> {
        self.block(1..5, depth - 1)
    }

    fn block(&mut self, statements: Range<u32>, depth: u32) -> Vec<Statement> {
        let mut block = Vec::new();
        for _ in 0..self.rng.u32(statements) {
            let statement = self.statement(depth);
            let leaves = matches!(
                statement,
                Statement::Break | Statement::Continue | Statement::Raise(..) | Statement::RaiseAgain(_) | Statement::Return(_)
            );
            block.push(statement);
            if leaves {
                break;
            }
        }
        block
    }

    fn statement(&mut self, depth: u32) -> Statement {
        match self.rng.u32(..if depth == 0 { 22 } else { 38 }) {
            0..=2 => Statement::Assign(self.variable(), self.expression(2)),
            3..=4 => Statement::Log(self.expression(1)),
            5..=12 => Statement::Yield(self.taken(), self.expression(2)),
            13..=15 => self.delegate(),
            16 if self.loops > 0 => Statement::Break,
            17 if self.loops > 0 => Statement::Continue,
            18 if self.one_in(2) => {
                Statement::Raise([Thrown::Handled, Thrown::Handled, Thrown::Unhandled][self.rng.usize(..3)], self.expression(1))
            }
            19 if self.one_in(3) => Statement::Return(self.expression(1)),
            20 if self.touches_itself => Statement::Touch([Touch::Status, Touch::Send, Touch::Close][self.rng.usize(..3)]),
            20 => match self.handlers.last() {
                Some(handler) => Statement::RaiseAgain(*handler),
                None => Statement::Log(self.expression(1)),
            },
            21 if self.ignores_close => Statement::IgnoreClose(self.expression(1)),
            16..=21 => Statement::Yield(self.taken(), self.expression(1)),
            22..=25 => {
                let condition = self.condition();
                Statement::If(condition, self.inner(depth), if self.one_in(2) { self.inner(depth) } else { Vec::new() })
            }
            26..=27 if self.loops < 2 => {
                let (label, turns) = (self.label(), self.rng.u32(1..4));
                Statement::For(label, turns, self.inside_a_loop(depth))
            }
            28..=29 if self.loops < 2 => {
                let (label, turns) = (self.label(), self.rng.u32(1..4));
                Statement::While(label, turns, self.inside_a_loop(depth))
            }
            26..=32 => {
                let (label, variable) = (self.label(), self.variable());
                let body = self.inner(depth);
                self.handlers.push(label);
                let handler = self.inner(depth);
                self.handlers.pop();
                Statement::Try(label, body, variable, handler)
            }
            _ => {
                let number = self.rng.i64(1000..2000);
                Statement::Finally(number, self.inner(depth))
            }
        }
    }

    fn inside_a_loop(&mut self, depth: u32) -> Vec<Statement> {
        self.loops += 1;
        let block = self.inner(depth);
        self.loops -= 1;
        block
    }

    fn delegate(&mut self) -> Statement {
        let next = self.function + 1;
        let has_lists = self.family != Family::Numbers;
        let delegate = match self.rng.u32(..3) {
            0 if has_lists => {
                let length = self.rng.usize(..4);
                return Statement::Delegate(None, Delegate::List((0..length).map(|_| self.expression(1)).collect()));
            }
            // Not in loops: the work would grow with the power of the depth.
            1 if self.loops == 0 => {
                self.recursive = true;
                Delegate::Itself(self.passing(), self.expression(1))
            }
            _ if next < self.functions && self.loops < 2 => {
                Delegate::Function(self.rng.usize(next..self.functions), self.passing(), self.expression(1))
            }
            _ => return Statement::Yield(self.taken(), self.expression(1)),
        };
        Statement::Delegate(self.one_in(2).then(|| self.variable()), delegate)
    }

    fn passing(&mut self) -> Passing {
        [Passing::Value, Passing::Value, Passing::Borrowed, Passing::ByHand][self.rng.usize(..4)]
    }

    fn label(&mut self) -> usize {
        self.labels += 1;
        self.labels
    }

    fn variable(&mut self) -> usize {
        self.rng.usize(..VARIABLES)
    }

    /// The variable that takes what is sent, if anything is.
    fn taken(&mut self) -> Option<usize> {
        (self.family == Family::Numbers && self.rng.u32(..4) != 0).then(|| self.variable())
    }

    fn expression(&mut self, depth: u32) -> Expression {
        match self.rng.u32(..if depth == 0 { 4 } else { 6 }) {
            0 => Expression::Constant(self.rng.i64(0..100)),
            1 => Expression::Argument,
            2..=3 => Expression::Variable(self.variable()),
            _ => {
                let sign = ['+', '-', '*'][self.rng.usize(..3)];
                Expression::Binary(Box::new(self.expression(depth - 1)), sign, Box::new(self.expression(depth - 1)))
            }
        }
    }

    fn condition(&mut self) -> Condition {
        if self.one_in(2) {
            Condition::Less(self.expression(1), self.expression(1))
        } else {
            Condition::Divisible(self.expression(1), self.rng.i64(2..4))
        }
    }
}
