//! Bodies as Rust: as a coroutine, and as a plain function that calls `host.give` where the
//! coroutine yields.

use crate::grammar::{Block, Body, Number, Shape, Statement, Truth};

/// Which of the two is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Coroutine,
    AsyncCoroutine,
    Plain,
}

/// A module with the body in both forms.
pub(crate) fn module(body: &Body) -> String {
    let drive = if body.shape == Shape::Async { "drive_async" } else { "drive" };
    format!(
        "{}\npub fn coroutine(sent: &[i64]) {{\n    {drive}(Box::pin(body(7)), sent);\n}}\n\n\
         pub fn plain(host: &Host, mut v0: i64) -> Option<i64> {}\n",
        coroutine(body),
        Renderer::body(Form::Plain, &body.block)
    )
}

/// A module with the body as a coroutine.
pub(crate) fn coroutine(body: &Body) -> String {
    const TYPES: &str = "<i64, Yield = i64, Return = Option<i64>>";
    const BOXED: &str = "BoxCoroutine<'static, i64, i64, Option<i64>>";
    let form = if body.shape == Shape::Async { Form::AsyncCoroutine } else { Form::Coroutine };
    let block = Renderer::body(form, &body.block);
    let function = match body.shape {
        Shape::Opaque => {
            format!("#[cogen::coroutine]\nfn body(mut v0: i64) -> impl Coroutine{TYPES} {block}\n")
        }
        Shape::Named => format!(
            "#[cogen::coroutine(struct = Body)]\n\
             fn body(mut v0: i64) -> impl Coroutine{TYPES} {block}\n"
        ),
        Shape::Boxed => format!("#[cogen::coroutine]\nfn body(mut v0: i64) -> {BOXED} {block}\n"),
        Shape::Expression => {
            format!("fn body(mut v0: i64) -> {BOXED} {{\n    Box::pin(co! {block})\n}}\n")
        }
        Shape::Async => format!(
            "#[cogen::coroutine]\nfn body(mut v0: i64) -> impl AsyncCoroutine{TYPES} {block}\n"
        ),
    };
    format!("use crate::prelude::*;\n\n{function}")
}

struct Renderer {
    form: Form,
}

impl Renderer {
    fn body(form: Form, block: &Block) -> String {
        let renderer = Self { form };
        // So that the types are known where nothing is yielded.
        let types = match form {
            Form::Plain => "",
            _ => "if false {\n    let _: i64 = yield_!(0i64);\n}\n",
        };
        format!(
            "{{\n{types}{}Some({})\n}}",
            renderer.statements(&block.statements),
            renderer.number(&block.value)
        )
    }

    fn block(&self, block: &Block) -> String {
        format!("{{\n{}{}\n}}", self.statements(&block.statements), self.number(&block.value))
    }

    fn statements(&self, statements: &[Statement]) -> String {
        statements.iter().map(|statement| self.statement(statement) + "\n").collect()
    }

    fn statement(&self, statement: &Statement) -> String {
        match statement {
            Statement::Log(number) => format!("log({number});"),
            Statement::Guard(number) => format!("let _guard = Guard({number});"),
            Statement::Expression(value) => format!("let _: i64 = {};", self.number(value)),
            Statement::Let(variable, value) => {
                format!("let mut v{variable}: i64 = {};", self.number(value))
            }
            Statement::LetTuple(first, second, one, two) => {
                format!(
                    "let (mut v{first}, mut v{second}): (i64, i64) = ({}, {});",
                    self.number(one),
                    self.number(two)
                )
            }
            Statement::LetElse(variable, value) => {
                format!(
                    "let Some(mut v{variable}) = some({}) else {{\n    return None;\n}};",
                    self.number(value)
                )
            }
            Statement::Assign(variable, value) => format!("v{variable} = {};", self.number(value)),
            Statement::AddAssign(variable, value) => {
                format!("v{variable} += {};\nv{variable} %= 1000;", self.number(value))
            }
            Statement::IndexAssign(variable, index, value) => format!(
                "let mut array = [v{variable}, 1, 2];\n\
                 array[({}).rem_euclid(3) as usize] += {};\n\
                 v{variable} = array.iter().sum::<i64>() % 1000;",
                self.number(index),
                self.number(value)
            ),
            Statement::If(condition, then, otherwise) => {
                format!(
                    "if {} {{\n{}}} else {{\n{}}}",
                    self.truth(condition),
                    self.statements(then),
                    self.statements(otherwise)
                )
            }
            Statement::IfLet(variable, value, condition, then) => format!(
                "if let Some(mut v{variable}) = some({}) && {} {{\n{}}}",
                self.number(value),
                self.truth(condition),
                self.statements(then)
            ),
            Statement::While(label, condition, body) => format!(
                "let mut turns{label} = 0;\n\
                 'l{label}: while {{\n    turns{label} += 1;\n    turns{label} <= 2\n\
                 }} && {} {{\n{}}}",
                self.truth(condition),
                self.statements(body)
            ),
            Statement::For(label, variable, end, body) => {
                format!(
                    "'l{label}: for mut v{variable} in 0..({}).rem_euclid(3) {{\n{}}}",
                    self.number(end),
                    self.statements(body)
                )
            }
            Statement::Continue(label) => format!("continue 'l{label};"),
        }
    }

    fn number(&self, number: &Number) -> String {
        match number {
            Number::Literal(value) => format!("{value}i64"),
            Number::Variable(variable) => format!("v{variable}"),
            Number::Yield(value) => {
                let value = self.number(value);
                match self.form {
                    Form::Coroutine => format!("yield_!({value})"),
                    Form::AsyncCoroutine => format!("yield_!(later({value}).await)"),
                    Form::Plain => format!("host.give({{ let value: i64 = {value}; value }})"),
                }
            }
            Number::YieldInMacro(value) => match self.form {
                Form::Plain => {
                    format!("host.give({{ let value: i64 = {}; value }})", self.number(value))
                }
                _ => format!("give!({})", self.number(value)),
            },
            Number::YieldFrom(value, times) => match self.form {
                Form::Plain => {
                    format!("{{ let value = host.child({}, {times}); value }}", self.number(value))
                }
                _ => format!("yield_from!(child({}, {times}))", self.number(value)),
            },
            Number::Binary(left, sign, right) => {
                format!("(({} {sign} {}) % 1000)", self.number(left), self.number(right))
            }
            Number::Negative(value) => format!("(-{})", self.number(value)),
            Number::Cast(value) => format!("({} as i16 as i64)", self.number(value)),
            Number::Borrowed(value) => format!("(*&{})", self.number(value)),
            Number::Block(block) => self.block(block),
            Number::Labelled(label, block) => format!("'l{label}: {}", self.block(block)),
            Number::Break(label, value) => {
                format!("number(break 'l{label} {})", self.number(value))
            }
            Number::If(condition, then, otherwise) => {
                format!(
                    "if {} {} else {}",
                    self.truth(condition),
                    self.block(then),
                    self.block(otherwise)
                )
            }
            Number::Match(scrutinee, zero, guard, one, variable, other) => format!(
                "match ({}).rem_euclid(4) {{\n    0 => {},\n    1 if {} => {},\n    \
                 mut v{variable} => {},\n}}",
                self.number(scrutinee),
                self.number(zero),
                self.truth(guard),
                self.number(one),
                self.number(other)
            ),
            Number::Call(left, right) => {
                format!("twice_and({}, {})", self.number(left), self.number(right))
            }
            Number::Method(left, right) => {
                format!("({}).max({})", self.number(left), self.number(right))
            }
            Number::Tuple(left, right, second) => {
                format!("({}, {}).{}", self.number(left), self.number(right), u8::from(*second))
            }
            Number::Struct(first, second) => {
                format!(
                    "Pair {{ second: {}, first: {} }}.value()",
                    self.number(first),
                    self.number(second)
                )
            }
            Number::Index(first, second, index) => {
                format!(
                    "[{}, {}][({}).rem_euclid(2) as usize]",
                    self.number(first),
                    self.number(second),
                    self.number(index)
                )
            }
            Number::Closure(value) => format!("(|number: i64| number + 1)({})", self.number(value)),
            Number::Vector(left, right, second) => format!(
                "vec![{}, {}][{}]",
                self.number(left),
                self.number(right),
                u8::from(*second)
            ),
            Number::Format(left, right) => {
                format!(
                    "(format!(\"{{}}{{}}\", number({}), number({})).len() as i64)",
                    self.number(left),
                    self.number(right)
                )
            }
            Number::Macro(value) => format!("identity!({})", self.number(value)),
            Number::Temporary(mark, value) => {
                format!("Guard({mark}).and_one({})", self.number(value))
            }
            Number::Loop(label, condition, early, statements, value) => format!(
                "{{\nlet mut turns{label} = 0;\n'l{label}: loop {{\n    turns{label} += 1;\n    \
                 if turns{label} > 2 {{\n        break 'l{label} -1;\n    }}\n    \
                 if {} {{\n        break 'l{label} {};\n    }}\n    \
                 {{\n{}    }}\n    \
                 if turns{label} == 2 {{\n        break 'l{label} {};\n    }}\n}}\n}}",
                self.truth(condition),
                self.number(early),
                self.statements(statements),
                self.number(value)
            ),
            Number::Try(value) => format!("some({})?", self.number(value)),
            Number::Return(value) => format!("number(return Some({}))", self.number(value)),
        }
    }

    fn truth(&self, truth: &Truth) -> String {
        match truth {
            Truth::Less(left, right) => {
                format!("({} < {})", self.operand(left), self.operand(right))
            }
            Truth::Even(value) => format!("({} % 2 == 0)", self.operand(value)),
            Truth::And(left, right) => format!("({} && {})", self.truth(left), self.truth(right)),
            Truth::Or(left, right) => format!("({} || {})", self.truth(left), self.truth(right)),
            Truth::Not(truth) => format!("!{}", self.truth(truth)),
            Truth::Matches(value) => format!("matches!({} % 10, 3..=7)", self.operand(value)),
        }
    }

    /// In parentheses, so that a block is not taken for a statement, nor a `<` for generics.
    fn operand(&self, number: &Number) -> String {
        format!("({})", self.number(number))
    }
}
