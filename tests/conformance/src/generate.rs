//! Random programs.

use cogen_conformance_runtime::Touch;
use fastrand::Rng;

use crate::grammar::{
    Catches, Cleanup, Condition, Expression, Family, Function, Holder, Kind, Program, Shape,
    Statement, Variable, Way,
};

/// The greatest depth of nested statements.
const NESTING: u32 = 4;

/// Generates the program with the given number. It depends on the seed and on this number only, not
/// on how many programs there are.
pub(crate) fn program(seed: u64, number: usize) -> Program {
    let mut rng =
        Rng::with_seed(seed.wrapping_add((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    let family =
        [Family::Numbers, Family::Numbers, Family::Signals, Family::Nothing][rng.usize(..4)];
    let holder = [Holder::Pinned, Holder::Dynamic, Holder::Shared][rng.usize(..3)];
    let count = rng.usize(1..=4);
    let shapes: Vec<Shape> = (0..count)
        .map(|_| [Shape::Opaque, Shape::Boxed, Shape::Boxed, Shape::Named][rng.usize(..4)])
        .collect();
    let functions = (0..count)
        .map(|function| {
            let mut generator = Generator {
                rng: &mut rng,
                family,
                touches: holder == Holder::Shared,
                function,
                count,
                shape: shapes[function],
                next_number: 0,
                loops: Vec::new(),
                handlers: Vec::new(),
                kept: Vec::new(),
            };
            let mut body = generator.block(0, 3..=7);
            // Makes programs without a yield rare, and long-lived programs frequent.
            if function == 0 && generator.one_in(2) {
                body = generator.long_lived(body);
            }
            match generator.rng.u32(..4) {
                0 | 1 => body.insert(0, generator.any_yield()),
                2 => body.insert(0, generator.delegation()),
                _ => {}
            }
            Function { shape: shapes[function], body, result: generator.expression() }
        })
        .collect();
    let depth = if rng.u8(..6) == 0 { rng.i64(10..60) } else { rng.i64(0..5) };
    Program { number, family, holder, functions, depth, argument: rng.i64(0..1000) }
}

/// Generates the body of one function.
struct Generator<'a> {
    rng: &'a mut Rng,
    family: Family,
    touches: bool,
    function: usize,
    count: usize,
    shape: Shape,
    next_number: u32,
    /// The loops around the statement.
    loops: Vec<u32>,
    /// The handlers around the statement.
    handlers: Vec<u32>,
    /// The coroutines that the statement may advance.
    kept: Vec<u32>,
}

impl Generator<'_> {
    fn one_in(&mut self, chances: u32) -> bool {
        self.rng.u32(..chances) == 0
    }

    fn number(&mut self) -> u32 {
        self.next_number += 1;
        self.next_number
    }

    fn variable(&mut self) -> Variable {
        Variable::ALL[self.rng.usize(..Variable::ALL.len())]
    }

    fn operand(&mut self) -> Expression {
        match self.rng.u32(..6) {
            0 | 1 => Expression::Constant(self.rng.i64(0..1000)),
            2..=4 => Expression::Variable(self.variable()),
            _ => Expression::Depth,
        }
    }

    fn expression(&mut self) -> Expression {
        let mut expression = self.operand();
        while self.one_in(4) {
            let operator = ['+', '-', '*'][self.rng.usize(..3)];
            expression =
                Expression::Binary(Box::new(expression), operator, Box::new(self.operand()));
        }
        expression
    }

    fn condition(&mut self) -> Condition {
        if self.one_in(2) {
            Condition::Even(self.expression())
        } else {
            Condition::Less(self.expression(), self.expression())
        }
    }

    fn block(&mut self, nesting: u32, length: std::ops::RangeInclusive<usize>) -> Vec<Statement> {
        (0..self.rng.usize(length)).map(|_| self.statement(nesting)).collect()
    }

    fn inner(&mut self, nesting: u32) -> Vec<Statement> {
        self.block(nesting + 1, 1..=3)
    }

    /// Puts `body` into a loop that continues after any thrown error.
    fn long_lived(&mut self, body: Vec<Statement>) -> Vec<Statement> {
        let (turns, number, target) = (self.number(), self.number(), self.variable());
        let handler = self.block(NESTING, 0..=1);
        vec![Statement::Loop(
            turns,
            30,
            vec![Statement::Try { number, body, catches: Catches::Handled, target, handler }],
        )]
    }

    fn any_yield(&mut self) -> Statement {
        let (target, value) = (self.variable(), self.expression());
        match self.rng.u32(..6) {
            0 if self.family == Family::Numbers => Statement::AddYield(target, value),
            1 => Statement::Resist(target, value, self.rng.bool().then(|| self.expression())),
            _ => Statement::Yield(target, value),
        }
    }

    fn simple(&mut self) -> Statement {
        match self.rng.u32(..14) {
            0 | 1 => Statement::Assign(self.variable(), self.expression()),
            2 | 3 => Statement::Log(self.number(), self.expression()),
            4 => match self.loops.last() {
                Some(&number) if self.rng.bool() => Statement::Break(number, self.condition()),
                Some(&number) => Statement::Continue(number, self.condition()),
                None => self.any_yield(),
            },
            5 if self.rng.bool() => {
                let kind = if self.one_in(3) { Kind::Unhandled } else { Kind::Handled };
                Statement::Raise(self.condition(), kind, self.expression())
            }
            6 if self.one_in(3) => Statement::Return(self.condition(), self.expression()),
            7 => match self.handlers.last() {
                Some(&number) => Statement::Reraise(number, self.condition()),
                None => self.any_yield(),
            },
            8 if self.touches => {
                let touches: &[Touch] = match self.family {
                    Family::Nothing => &[Touch::Status, Touch::Send, Touch::Start, Touch::Close],
                    Family::Numbers | Family::Signals => {
                        &[Touch::Status, Touch::Send, Touch::Throw, Touch::Start, Touch::Close]
                    }
                };
                Statement::Touch(touches[self.rng.usize(..touches.len())])
            }
            9 | 10 if !self.kept.is_empty() => Statement::Advance {
                number: self.kept[self.rng.usize(..self.kept.len())],
                value: self.expression(),
                throws: self.family != Family::Nothing && self.one_in(4),
            },
            _ => self.any_yield(),
        }
    }

    fn statement(&mut self, nesting: u32) -> Statement {
        if nesting >= NESTING {
            return self.simple();
        }
        match self.rng.u32(..20) {
            0 => {
                Statement::If(self.condition(), self.inner(nesting), self.block(nesting + 1, 0..=2))
            }
            1 if self.family == Family::Numbers => Statement::Ask(
                self.expression(),
                self.rng.i64(0..1000),
                self.inner(nesting),
                self.block(nesting + 1, 0..=2),
            ),
            2 | 3 => {
                let number = self.number();
                self.loops.push(number);
                let body = self.inner(nesting);
                self.loops.pop();
                Statement::Loop(number, self.rng.i64(1..=4), body)
            }
            4..=6 => {
                let number = self.number();
                let body = self.inner(nesting);
                let catches = if self.one_in(4) { Catches::Both } else { Catches::Handled };
                let target = self.variable();
                Statement::Try {
                    number,
                    body,
                    catches,
                    target,
                    handler: self.handler(number, nesting),
                }
            }
            7 if self.family != Family::Nothing => {
                let (number, value, target) = (self.number(), self.expression(), self.variable());
                Statement::CaughtYield {
                    number,
                    value,
                    target,
                    handler: self.handler(number, nesting),
                }
            }
            8..=10 => {
                let cleanup = if self.rng.bool() { Cleanup::Finally } else { Cleanup::With };
                Statement::Cleanup(self.number(), cleanup, self.inner(nesting))
            }
            11..=13 => self.delegation(),
            14 => self.keep(nesting),
            _ => self.simple(),
        }
    }

    fn handler(&mut self, number: u32, nesting: u32) -> Vec<Statement> {
        self.handlers.push(number);
        let handler = self.inner(nesting);
        self.handlers.pop();
        handler
    }

    fn keep(&mut self, nesting: u32) -> Statement {
        let Some(function) = self.callee() else {
            return self.any_yield();
        };
        let number = self.number();
        self.kept.push(number);
        let mut body = self.block(nesting + 1, 1..=4);
        let value = self.expression();
        body.insert(0, Statement::Advance { number, value, throws: false });
        self.kept.pop();
        let itself = function == self.function;
        Statement::Keep {
            number,
            function,
            itself,
            depth: self.depth(),
            argument: self.expression(),
            body,
        }
    }

    /// A function that can be called here, if there is one.
    fn callee(&mut self) -> Option<usize> {
        // A function that calls itself must have a size that doesn't depend on itself.
        let first = if self.shape == Shape::Boxed { self.function } else { self.function + 1 };
        (first < self.count).then(|| self.rng.usize(first..self.count))
    }

    fn depth(&mut self) -> Expression {
        if self.rng.bool() { Expression::Depth } else { Expression::Constant(self.rng.i64(0..4)) }
    }

    fn delegation(&mut self) -> Statement {
        if self.family != Family::Numbers && self.one_in(4) {
            return Statement::DelegateToList(
                (0..self.rng.usize(..4)).map(|_| self.expression()).collect(),
            );
        }
        let Some(function) = self.callee() else {
            return self.any_yield();
        };
        Statement::Delegate {
            target: self.variable(),
            function,
            itself: function == self.function,
            depth: self.depth(),
            argument: self.expression(),
            way: match self.rng.u32(..8) {
                0..=3 => Way::Direct,
                4 | 5 if self.family == Family::Nothing => Way::Started,
                _ => Way::ALL[self.rng.usize(..Way::ALL.len())],
            },
        }
    }
}
