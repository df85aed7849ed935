//! Random bodies.

use fastrand::Rng;

use crate::grammar::{
    Block, Body, Inner, Items, Label, Number, Question, Shape, Statement, Truth, Variable,
};

/// The state of the generator at the current place of a body.
pub(crate) struct Generator<'a> {
    rng: &'a mut Rng,
    /// The variables in scope.
    variables: Vec<Variable>,
    next_variable: Variable,
    next_label: Label,
    next_mark: i64,
    /// The blocks that can be left with a value, and the loops that can be continued.
    blocks: Vec<Label>,
    loops: Vec<Label>,
    items: Option<Items>,
    /// Whether a `?` is possible here.
    can_fail: bool,
    /// The number of further expressions that are allowed.
    budget: u32,
}

impl<'a> Generator<'a> {
    pub(crate) fn body(rng: &'a mut Rng) -> Body {
        let shape = Shape::ALL[rng.usize(..Shape::ALL.len())];
        let mut generator = Self {
            budget: rng.u32(10..60),
            rng,
            variables: vec![0],
            next_variable: 1,
            next_label: 0,
            next_mark: 100,
            blocks: Vec::new(),
            loops: Vec::new(),
            items: shape.items(),
            can_fail: shape != Shape::Plain,
        };
        Body { shape, block: generator.block(4) }
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.rng.u32(..many) == 0
    }

    fn mark(&mut self) -> i64 {
        self.next_mark += 1;
        self.next_mark
    }

    fn label(&mut self) -> Label {
        self.next_label += 1;
        self.next_label
    }

    /// Declares a new variable. Sometimes it has the name of an older variable, which it shadows.
    fn declare(&mut self) -> Variable {
        let variable = if self.one_in(4) {
            self.any_variable()
        } else {
            self.next_variable += 1;
            self.next_variable
        };
        self.variables.push(variable);
        variable
    }

    fn any_variable(&mut self) -> Variable {
        self.variables[self.rng.usize(..self.variables.len())]
    }

    fn scope<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let variables = self.variables.len();
        let made = make(self);
        self.variables.truncate(variables);
        made
    }

    fn block(&mut self, depth: u32) -> Block {
        self.scope(|this| {
            let statements = (0..this.rng.u32(..4)).map(|_| this.statement(depth)).collect();
            Block { statements, value: this.number(depth) }
        })
    }

    fn statements(&mut self, depth: u32) -> Vec<Statement> {
        self.scope(|this| (0..this.rng.u32(1..4)).map(|_| this.statement(depth)).collect())
    }

    fn statement(&mut self, depth: u32) -> Statement {
        let deeper = depth.saturating_sub(1);
        match self.rng.u32(..if depth == 0 { 12 } else { 19 }) {
            0 => Statement::Log(self.mark()),
            1 | 2 => Statement::Guard(self.mark()),
            3 | 4 => Statement::Expression(*self.number(deeper)),
            5 => {
                let value = *self.number(deeper);
                Statement::Let(self.declare(), value)
            }
            6 => {
                let (first, second) = (*self.number(deeper), *self.number(deeper));
                let variable = self.declare();
                self.next_variable += 1;
                self.variables.push(self.next_variable);
                Statement::LetTuple(variable, self.next_variable, first, second)
            }
            7 => {
                let value = *self.number(deeper);
                Statement::LetElse(self.declare(), value)
            }
            8 => Statement::Assign(self.any_variable(), *self.number(deeper)),
            9 => Statement::AddAssign(self.any_variable(), *self.number(deeper)),
            10 => match self.loops.last() {
                Some(label) if self.rng.u32(..3) == 0 => Statement::Continue(*label),
                _ => Statement::IndexAssign(
                    self.any_variable(),
                    *self.number(deeper),
                    *self.number(deeper),
                ),
            },
            11 => {
                Statement::Assert(*self.number(deeper), *self.number(deeper), *self.number(deeper))
            }
            12 | 13 => {
                let condition = *self.truth(deeper);
                let then = self.statements(deeper);
                Statement::If(
                    condition,
                    then,
                    if self.rng.bool() { self.statements(deeper) } else { Vec::new() },
                )
            }
            14 => {
                let value = *self.number(deeper);
                self.scope(|this| {
                    let variable = this.declare();
                    let condition = *this.truth(deeper);
                    Statement::IfLet(variable, value, condition, this.statements(deeper))
                })
            }
            15 | 16 => {
                let (label, condition) = (self.label(), *self.truth(deeper));
                Statement::While(label, condition, self.inside_a_loop(label, deeper))
            }
            _ => {
                let (label, end) = (self.label(), *self.number(deeper));
                self.scope(|this| {
                    let variable = this.declare();
                    Statement::For(label, variable, end, this.inside_a_loop(label, deeper))
                })
            }
        }
    }

    fn inside_a_loop(&mut self, label: Label, depth: u32) -> Vec<Statement> {
        self.loops.push(label);
        let statements = self.statements(depth);
        self.loops.pop();
        statements
    }

    fn number(&mut self, depth: u32) -> Box<Number> {
        Box::new(self.number_unboxed(depth))
    }

    fn number_unboxed(&mut self, depth: u32) -> Number {
        self.budget = self.budget.saturating_sub(1);
        if depth == 0 || self.budget == 0 {
            let variable = Number::Variable(self.any_variable());
            return match self.rng.u32(..5) {
                0 => Number::Literal(self.rng.i64(0..50)),
                1 => Number::Yield(Box::new(variable)),
                2 if self.can_fail && self.items.is_some() => {
                    Number::Try(Box::new(variable), Question::Converted)
                }
                _ => variable,
            };
        }
        let depth = depth - 1;
        match self.rng.u32(..39) {
            0..=5 => Number::Yield(self.number(depth)),
            6 => Number::YieldInMacro(self.in_another_macro(depth)),
            7 | 8 => Number::YieldFrom(
                self.number(depth),
                self.rng.u32(..3),
                self.items.is_some() && self.can_fail && self.rng.bool(),
            ),
            9 | 10 => Number::Binary(
                self.number(depth),
                ['+', '-', '*'][self.rng.usize(..3)],
                self.number(depth),
            ),
            11 => Number::Negative(self.number(depth)),
            12 => Number::Cast(self.number(depth)),
            13 => Number::Borrowed(self.number(depth)),
            14 => Number::Block(self.block(depth)),
            15 => {
                let label = self.label();
                self.blocks.push(label);
                let block = self.block(depth);
                self.blocks.pop();
                Number::Labelled(label, block)
            }
            16 => match self.blocks.last() {
                Some(label) => Number::Break(*label, self.number(depth)),
                None => Number::Literal(1),
            },
            17 | 18 => Number::If(self.truth(depth), self.block(depth), self.block(depth)),
            19 | 20 => {
                let (scrutinee, zero, guard, one) =
                    (self.number(depth), self.number(depth), self.truth(depth), self.number(depth));
                self.scope(|this| {
                    let variable = this.declare();
                    Number::Match(scrutinee, zero, guard, one, variable, this.number(depth))
                })
            }
            21 => Number::Call(self.number(depth), self.number(depth)),
            22 => Number::Method(self.number(depth), self.number(depth)),
            23 => Number::Tuple(self.number(depth), self.number(depth), self.rng.bool()),
            24 => Number::Struct(self.number(depth), self.number(depth)),
            25 => Number::Index(self.number(depth), self.number(depth), self.number(depth)),
            26 => Number::Closure(self.number(depth)),
            27 => Number::Vector(self.number(depth), self.number(depth), self.rng.bool()),
            28 => Number::Format(self.number(depth), self.number(depth)),
            29 => Number::Macro(self.in_another_macro(depth)),
            30 | 31 => Number::Temporary(self.mark(), self.number(depth)),
            32 => {
                let label = self.label();
                let (condition, early) = (self.truth(depth), self.number(depth));
                self.blocks.push(label);
                let statements = self.inside_a_loop(label, depth);
                self.blocks.pop();
                Number::Loop(label, condition, early, statements, self.number(depth))
            }
            33..=36 if self.can_fail => {
                let value = self.number(depth);
                Number::Try(value, self.question(depth))
            }
            37 => Number::InnerTry(
                self.any_variable(),
                [Inner::Closure, Inner::AsyncBlock, Inner::Function][self.rng.usize(..3)],
            ),
            _ if self.one_in(3) => Number::Return(self.number(depth)),
            _ => Number::Variable(self.any_variable()),
        }
    }

    fn question(&mut self, depth: u32) -> Question {
        match self.rng.u32(..7) {
            0..=2 => Question::Converted,
            3 => Question::Same,
            4 => Question::Twice,
            5 => Question::OfTemporary(self.mark()),
            _ => Question::Guard(self.mark(), self.number(depth)),
        }
    }

    /// A number among the arguments of a macro that belongs neither to cogen nor to std. In an
    /// iterator, a `?` there is the language's operator.
    fn in_another_macro(&mut self, depth: u32) -> Box<Number> {
        let can_fail = self.can_fail;
        self.can_fail &= self.items.is_none();
        let number = self.number(depth);
        self.can_fail = can_fail;
        number
    }

    fn truth(&mut self, depth: u32) -> Box<Truth> {
        let deeper = depth.saturating_sub(1);
        Box::new(match self.rng.u32(..if depth == 0 { 2 } else { 6 }) {
            0 => Truth::Less(self.number(deeper), self.number(deeper)),
            1 => Truth::Even(self.number(deeper)),
            2 => Truth::And(self.truth(deeper), self.truth(deeper)),
            3 => Truth::Or(self.truth(deeper), self.truth(deeper)),
            4 => Truth::Not(self.truth(deeper)),
            _ => Truth::Matches(self.number(deeper)),
        })
    }
}
