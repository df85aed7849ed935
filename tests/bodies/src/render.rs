//! Renders bodies as Rust: as a coroutine, and as a plain function that calls `host.give` where the
//! coroutine yields.

use crate::grammar::{Block, Body, Inner, Items, Number, Question, Shape, Statement, Truth};

/// The form that is rendered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Coroutine,
    Plain,
}

impl Items {
    fn name(self) -> &'static str {
        match self {
            Self::Results => "Result<i64, Failure>",
            Self::Options => "Option<i64>",
            Self::Numbers => "i64",
        }
    }

    /// Returns the return type of the plain form, which says whether a `?` has ended it.
    fn end(self) -> &'static str {
        match self {
            Self::Results => "Result<(), Failure>",
            Self::Options | Self::Numbers => "Option<()>",
        }
    }
}

/// Renders a module with the body in both forms.
pub(crate) fn module(body: &Body) -> String {
    let drive = match body.shape {
        Shape::Opaque | Shape::Boxed | Shape::Named | Shape::Expression => {
            "drive(Box::pin(body(7)), sent)"
        }
        Shape::Async => "drive_async(Box::pin(body(7)), sent)",
        Shape::Iterator | Shape::Options | Shape::Plain => {
            "drive_iterator(body(Guard(0), 7), sent)"
        }
        Shape::NamedIterator => {
            "let mut body = Box::pin(body(Guard(0), 7));
    drive_iterator(std::iter::from_fn(move || body.as_mut().next()), sent)"
        }
        Shape::Stream => "drive_stream(body(Guard(0), 7), sent)",
    };
    let (signature, run) = match body.shape.items() {
        None => (
            "fn by_hand(host: &Host, mut v0: i64) -> Option<i64>".to_owned(),
            "run_plain(by_hand, sent)",
        ),
        Some(items) => (
            format!("fn by_hand(host: &Host, _argument: Guard, mut v0: i64) -> {}", items.end()),
            "run_plain_items(by_hand, sent)",
        ),
    };
    format!(
        "{}\npub fn coroutine(sent: &[i64]) {{\n    {drive};\n}}\n\n{signature} {}\n\n\
         pub fn plain(sent: &[i64]) {{\n    {run};\n}}\n",
        coroutine(body),
        Renderer::body(Form::Plain, body)
    )
}

/// Renders a module with the body as a coroutine.
pub(crate) fn coroutine(body: &Body) -> String {
    const TYPES: &str = "<i64, Yield = i64, Return = Option<i64>>";
    const BOXED: &str = "BoxCoroutine<'static, i64, i64, Option<i64>>";
    let block = Renderer::body(Form::Coroutine, body);
    let items = body.shape.items().map_or("", Items::name);
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
        Shape::Iterator | Shape::Options | Shape::Plain => format!(
            "#[cogen::coroutine]\n\
             fn body(_argument: Guard, mut v0: i64) -> impl Iterator<Item = {items}> {block}\n"
        ),
        Shape::NamedIterator => format!(
            "#[cogen::coroutine(struct = Body)]\n\
             fn body(_argument: Guard, mut v0: i64) -> impl Iterator<Item = {items}> {block}\n"
        ),
        Shape::Stream => format!(
            "#[cogen::coroutine]\n\
             fn body(_argument: Guard, mut v0: i64) -> impl Stream<Item = {items}> {block}\n"
        ),
    };
    format!("use crate::prelude::*;\n\n{function}")
}

struct Renderer {
    form: Form,
    items: Option<Items>,
    awaits: bool,
}

impl Renderer {
    fn body(form: Form, body: &Body) -> String {
        let (Body { shape, block }, items) = (body, body.shape.items());
        let renderer = Self { form, items, awaits: shape.awaits() && form == Form::Coroutine };
        // Determines the types for a body that doesn't yield.
        let types = match (form, items) {
            (Form::Coroutine, None) => "if false {\n    let _: i64 = yield_!(0i64);\n}\n",
            _ => "",
        };
        format!(
            "{{\n{types}{}{}\n}}",
            renderer.statements(&block.statements),
            renderer.end(&block.value)
        )
    }

    /// Renders the end of the body.
    fn end(&self, value: &Number) -> String {
        let value = self.number(value);
        match (self.form, self.items) {
            (_, None) => format!("Some({value})"),
            (Form::Coroutine, Some(_)) => format!("ended({value})"),
            (Form::Plain, Some(Items::Results)) => format!("Ok(ended({value}))"),
            (Form::Plain, Some(Items::Options | Items::Numbers)) => {
                format!("Some(ended({value}))")
            }
        }
    }

    /// Renders the item for a number.
    fn item(&self, value: &str) -> String {
        match self.items {
            None | Some(Items::Numbers) => value.to_owned(),
            Some(Items::Results) => format!("Ok({value})"),
            Some(Items::Options) => format!("Some({value})"),
        }
    }

    /// Renders the yield of an item. The value of the expression is the number that is sent.
    fn give(&self, name: &str, item: &str) -> String {
        match (self.form, self.items) {
            (Form::Coroutine, None) => format!("{name}!({item})"),
            (Form::Coroutine, Some(_)) => format!("received({name}!({item}))"),
            (Form::Plain, items) => {
                let items = items.map_or("i64", Items::name);
                format!("host.give({{ let item: {items} = {item}; item }})")
            }
        }
    }

    fn later(&self, value: &str) -> String {
        if self.awaits { format!("later({value}).await") } else { value.to_owned() }
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
            Statement::Expression(value @ (Number::Yield(_) | Number::Try(..))) => {
                format!("{};", self.number(value))
            }
            Statement::Expression(value) => format!("let _: i64 = {};", self.number(value)),
            Statement::Assert(left, right, message) => format!(
                "assert_ne!(number({}), 100_000 + number({}), \"{{}}\", number({}));",
                self.number(left),
                self.number(right),
                self.number(message)
            ),
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
                    "let Some(mut v{variable}) = some({}) else {{\n    return {};\n}};",
                    self.number(value),
                    match (self.form, self.items) {
                        (_, None) => "None",
                        (Form::Coroutine, Some(_)) => "",
                        (Form::Plain, Some(Items::Results)) => "Ok(())",
                        (Form::Plain, Some(_)) => "Some(())",
                    }
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
                self.give("yield_", &self.item(&self.later(&self.number(value))))
            }
            Number::YieldInMacro(value) => {
                let value = self.number(value);
                let item = match self.items {
                    None | Some(Items::Numbers) => value,
                    Some(Items::Results) => format!("failing({value})"),
                    Some(Items::Options) => format!("some({value})"),
                };
                self.give("give", &item)
            }
            Number::YieldFrom(value, times, is_tried) => {
                let item = self.item(&self.number(value));
                let (end, question_mark) = match self.items {
                    Some(Items::Results) if *is_tried => ("checked", "?"),
                    Some(Items::Options) if *is_tried => ("some", "?"),
                    _ => ("number", ""),
                };
                let call = match (self.form, self.items) {
                    (Form::Plain, items) => format!(
                        "{{ let value = host.child::<{}, _>({item}, {times}, {end}); value }}",
                        items.map_or("i64", Items::name)
                    ),
                    (Form::Coroutine, None) => format!("yield_from!(child({item}, {times}))"),
                    (Form::Coroutine, Some(_)) => {
                        format!("yield_from!(child_of_items({item}, {times}, {end}))")
                    }
                };
                format!("{call}{question_mark}")
            }
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
            Number::Try(value, question) => self.question(&self.number(value), question),
            Number::InnerTry(variable, Inner::Closure) => {
                format!("(|| Ok::<_, Odd>(checked(v{variable})? + 1))().unwrap_or(-1)")
            }
            Number::InnerTry(variable, Inner::AsyncBlock) => {
                format!("now(async {{ Some(later(some(v{variable})).await? + 1) }}).unwrap_or(-2)")
            }
            Number::InnerTry(variable, Inner::Function) => format!(
                "{{\nfn inner(number: i64) -> Option<i64> {{\n    Some(some(number)? + 1)\n}}\n\
                 inner(v{variable}).unwrap_or(-3)\n}}"
            ),
            Number::Return(value) => format!("number(return {})", self.end(value)),
        }
    }

    fn question(&self, value: &str, question: &Question) -> String {
        let is_result = self.items == Some(Items::Results);
        let (checked, same, twice, guarded) = if is_result {
            ("checked", "failing", "twice_checked", "guarded")
        } else {
            ("some", "some", "twice_some", "some_guard")
        };
        match question {
            Question::Converted => self.later(&format!("{checked}({value})")) + "?",
            Question::Same => format!("{same}({value})?"),
            Question::Twice => format!("{twice}({value})??"),
            Question::OfTemporary(mark) => format!("Guard({mark}).{checked}({value})?"),
            Question::Guard(mark, argument) => {
                format!("{guarded}({mark}, {value})?.and_one({})", self.number(argument))
            }
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

    /// The parentheses keep a block from being parsed as a statement, and a `<` as generics.
    fn operand(&self, number: &Number) -> String {
        format!("({})", self.number(number))
    }
}
