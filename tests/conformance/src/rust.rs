//! Programs as Rust.

use std::fmt::Write;

use crate::grammar::{Condition, Delegate, Expression, Family, Function, Passing, Program, Shape, Statement, Thrown, Touch, VARIABLES};

/// A module with the functions of a program, and `make`, which makes its coroutine.
pub(crate) fn render(program: &Program) -> String {
    let mut renderer =
        Renderer { family: program.family, function: 0, text: String::new(), indent: 0, handlers: Vec::new(), loops: Vec::new() };
    renderer.line("use crate::prelude::*;\n");
    for (at, function) in program.functions.iter().enumerate() {
        renderer.function(at, function);
    }
    renderer.line(format!("pub fn make() -> BoxCoroutine<'static, {}, i64, Outcome> {{ Box::pin(f0(2, 7)) }}", argument(program.family)));
    renderer.text
}

/// The call that drives program `number`.
pub(crate) fn call(number: usize, program: &Program) -> String {
    let family = match program.family {
        Family::Numbers => "numbers",
        Family::Errors => "errors",
        Family::Nothing => "nothing",
    };
    let shared = if program.touches_itself { "shared" } else { "owned" };
    format!("        {number} => drive::{family}_{shared}(p{number}::make(), operations),\n")
}

fn argument(family: Family) -> &'static str {
    match family {
        Family::Numbers => "Result<i64, Thrown>",
        Family::Errors => "Result<(), Thrown>",
        Family::Nothing => "()",
    }
}

struct Renderer {
    family: Family,
    function: usize,
    text: String,
    indent: usize,
    /// The `try` blocks around.
    handlers: Vec<usize>,
    loops: Vec<usize>,
}

impl Renderer {
    fn line(&mut self, line: impl AsRef<str>) {
        writeln!(self.text, "{:1$}{2}", "", 4 * self.indent, line.as_ref()).unwrap();
    }

    fn function(&mut self, at: usize, function: &Function) {
        self.function = at;
        let argument = argument(self.family);
        let (options, returned) = match function.shape {
            Shape::Opaque => (String::new(), format!("impl Coroutine<{argument}, Yield = i64, Return = Outcome>")),
            Shape::Named => (format!("(struct = F{at})"), format!("impl Coroutine<{argument}, Yield = i64, Return = Outcome>")),
            Shape::Boxed => (String::new(), format!("BoxCoroutine<'static, {argument}, i64, Outcome>")),
        };
        self.line(format!("#[cogen::coroutine{options}]"));
        self.line(format!("fn f{at}(depth: i64, argument: i64) -> {returned} {{"));
        self.indent += 1;
        for variable in 0..VARIABLES {
            self.line(format!("let mut v{variable} = {variable}i64;"));
        }
        self.statements(&function.body);
        self.indent -= 1;
        self.line("}\n");
    }

    fn block(&mut self, block: &[Statement]) {
        self.indent += 1;
        self.statements(block);
        self.indent -= 1;
    }

    fn loop_body(&mut self, label: usize, body: &[Statement]) {
        self.loops.push(label);
        self.block(body);
        self.loops.pop();
    }

    fn innermost_loop(&self) -> usize {
        *self.loops.last().expect("the grammar leaves loops from inside only")
    }

    fn statements(&mut self, block: &[Statement]) {
        block.iter().for_each(|statement| self.statement(statement));
    }

    /// The expression that raises `error`: to the handler around, or out of the function.
    fn throw(&self, error: &str) -> String {
        match self.handlers.last() {
            Some(label) => format!("break 'try{label} Err({error})"),
            None => format!("return Err({error})"),
        }
    }

    /// `result` without its error, which is raised, in the variable.
    fn unwrap(&mut self, variable: Option<usize>, result: &str) {
        let target = variable.map_or_else(String::new, |variable| format!("v{variable} = "));
        let (value, throw) = (if variable.is_some() { "value" } else { "{}" }, self.throw("error"));
        let pattern = if variable.is_some() { "value" } else { "_" };
        self.line(format!("{target}match {result} {{ Ok({pattern}) => {value}, Err(error) => {throw} }};"));
    }

    fn give(&mut self, variable: Option<usize>, value: &Expression) {
        let give = format!("yield_!({})", expression(value));
        match self.family {
            Family::Nothing => self.line(format!("{give};")),
            _ => self.unwrap(variable, &give),
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Assign(variable, value) => self.line(format!("v{variable} = {};", expression(value))),
            Statement::Log(value) => self.line(format!("log({});", expression(value))),
            Statement::Yield(variable, value) => self.give(*variable, value),
            Statement::Delegate(variable, delegate) => match delegate {
                Delegate::Function(at, passing, argument) => {
                    self.unwrap(*variable, &delegation(*passing, &format!("f{at}(depth, {})", expression(argument))));
                }
                Delegate::Itself(passing, argument) => {
                    self.line("if depth > 0 {");
                    self.indent += 1;
                    let call = format!("f{}(depth - 1, {})", self.function, expression(argument));
                    self.unwrap(*variable, &delegation(*passing, &call));
                    self.indent -= 1;
                    self.line("}");
                }
                Delegate::List(items) => {
                    let items: Vec<_> = items.iter().map(expression).collect();
                    let list = format!("yield_from!([{}] as [i64; {}])", items.join(", "), items.len());
                    match self.family {
                        Family::Nothing => self.line(format!("{list};")),
                        _ => self.unwrap(None, &list),
                    }
                }
            },
            Statement::If(condition, then, otherwise) => {
                self.line(format!("if {} {{", self::condition(condition)));
                self.block(then);
                if !otherwise.is_empty() {
                    self.line("} else {");
                    self.block(otherwise);
                }
                self.line("}");
            }
            Statement::For(label, turns, body) => {
                self.line(format!("'loop{label}: for _i{label} in 0..{turns} {{"));
                self.loop_body(*label, body);
                self.line("}");
            }
            Statement::While(label, turns, body) => {
                self.line(format!("let mut i{label} = 0;"));
                self.line(format!("'loop{label}: while i{label} < {turns} {{"));
                self.line(format!("    i{label} += 1;"));
                self.loop_body(*label, body);
                self.line("}");
            }
            Statement::Break => self.line(format!("break 'loop{};", self.innermost_loop())),
            Statement::Continue => self.line(format!("continue 'loop{};", self.innermost_loop())),
            Statement::Try(label, body, variable, handler) => {
                self.line(format!("let result: Result<(), Thrown> = 'try{label}: {{"));
                self.handlers.push(*label);
                self.block(body);
                self.handlers.pop();
                self.line("    Ok(())");
                self.line("};");
                self.line("match result {");
                self.indent += 1;
                self.line("Ok(()) => {}");
                self.line(format!("Err(Thrown::Handled(e{label})) => {{"));
                self.line(format!("    v{variable} = e{label};"));
                self.block(handler);
                self.line("}");
                let throw = self.throw("error");
                self.line(format!("Err(error) => {throw},"));
                self.indent -= 1;
                self.line("}");
            }
            Statement::Finally(number, body) => {
                self.line("{");
                self.line(format!("    let _guard = Guard({number});"));
                self.block(body);
                self.line("}");
            }
            Statement::Raise(thrown, value) => {
                let error = match thrown {
                    Thrown::Handled => format!("Thrown::Handled({})", expression(value)),
                    Thrown::Unhandled => format!("Thrown::Unhandled({})", expression(value)),
                };
                let throw = self.throw(&error);
                self.line(format!("{throw};"));
            }
            Statement::RaiseAgain(label) => {
                let throw = self.throw(&format!("Thrown::Handled(e{label})"));
                self.line(format!("{throw};"));
            }
            Statement::Return(value) => self.line(format!("return Ok({});", expression(value))),
            Statement::Touch(touch) => self.line(match touch {
                Touch::Status => "touch(Touch::Status);",
                Touch::Send => "touch(Touch::Send);",
                Touch::Close => "touch(Touch::Close);",
            }),
            Statement::IgnoreClose(value) => self.give(None, value),
        }
    }
}

fn delegation(passing: Passing, coroutine: &str) -> String {
    match passing {
        Passing::Value => format!("yield_from!({coroutine})"),
        Passing::Borrowed => format!("{{ let mut child = Box::pin({coroutine}); yield_from!(&mut child) }}"),
        Passing::ByHand => format!("yield_from!(ByHand(Box::pin({coroutine})))"),
    }
}

fn expression(value: &Expression) -> String {
    match value {
        Expression::Constant(number) => format!("{number}i64"),
        Expression::Variable(variable) => format!("v{variable}"),
        Expression::Argument => "argument".to_owned(),
        Expression::Binary(left, sign, right) => format!("({} {sign} {}).rem_euclid(1000i64)", expression(left), expression(right)),
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Less(left, right) => format!("{} < {}", expression(left), expression(right)),
        Condition::Divisible(value, by) => format!("{} % {by} == 0", expression(value)),
    }
}
