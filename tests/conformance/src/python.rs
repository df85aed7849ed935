//! Programs as Python.

use std::fmt::Write;

use crate::grammar::{Condition, Delegate, Expression, Family, Function, Program, Statement, Thrown, Touch, VARIABLES};

/// The functions of a program, with the program's number in their names.
pub(crate) fn render(number: usize, program: &Program) -> String {
    let mut renderer = Renderer { number, function: 0, text: String::new(), indent: 0 };
    for (at, function) in program.functions.iter().enumerate() {
        renderer.function(at, function);
    }
    let family = match program.family {
        Family::Numbers => "numbers",
        Family::Errors => "errors",
        Family::Nothing => "nothing",
    };
    writeln!(renderer.text, "PROGRAMS.append((p{number}_0, \"{family}\"))\n").unwrap();
    renderer.text
}

struct Renderer {
    number: usize,
    function: usize,
    text: String,
    indent: usize,
}

impl Renderer {
    fn line(&mut self, line: impl AsRef<str>) {
        writeln!(self.text, "{:1$}{2}", "", 4 * self.indent, line.as_ref()).unwrap();
    }

    fn function(&mut self, at: usize, function: &Function) {
        self.function = at;
        self.line(format!("def p{}_{at}(depth, argument):", self.number));
        self.indent += 1;
        for variable in 0..VARIABLES {
            self.line(format!("v{variable} = {variable}"));
        }
        self.line("if False: yield");
        self.statements(&function.body);
        self.indent -= 1;
    }

    fn block(&mut self, block: &[Statement]) {
        self.indent += 1;
        self.statements(block);
        if block.is_empty() {
            self.line("pass");
        }
        self.indent -= 1;
    }

    fn statements(&mut self, block: &[Statement]) {
        block.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Assign(variable, value) => self.line(format!("v{variable} = {}", expression(value))),
            Statement::Log(value) => self.line(format!("log({})", expression(value))),
            Statement::Yield(variable, value) => self.line(format!("{}yield {}", target(*variable), expression(value))),
            Statement::Delegate(variable, delegate) => {
                let target = target(*variable);
                match delegate {
                    Delegate::Function(at, _, argument) => {
                        self.line(format!("{target}yield from p{}_{at}(depth, {})", self.number, expression(argument)));
                    }
                    Delegate::Itself(_, argument) => {
                        self.line("if depth > 0:");
                        let call =
                            format!("    {target}yield from p{}_{}(depth - 1, {})", self.number, self.function, expression(argument));
                        self.line(call);
                    }
                    Delegate::List(items) => {
                        let items: Vec<_> = items.iter().map(expression).collect();
                        self.line(format!("{target}yield from [{}]", items.join(", ")));
                    }
                }
            }
            Statement::If(condition, then, otherwise) => {
                self.line(format!("if {}:", self::condition(condition)));
                self.block(then);
                if !otherwise.is_empty() {
                    self.line("else:");
                    self.block(otherwise);
                }
            }
            Statement::For(label, turns, body) => {
                self.line(format!("for i{label} in range({turns}):"));
                self.block(body);
            }
            Statement::While(label, turns, body) => {
                self.line(format!("i{label} = 0"));
                self.line(format!("while i{label} < {turns}:"));
                self.line(format!("    i{label} += 1"));
                self.block(body);
            }
            Statement::Break => self.line("break"),
            Statement::Continue => self.line("continue"),
            Statement::Try(label, body, variable, handler) => {
                self.line("try:");
                self.block(body);
                self.line(format!("except Handled as e{label}:"));
                self.line(format!("    v{variable} = e{label}.number"));
                self.block(handler);
            }
            Statement::Finally(number, body) => {
                self.line("try:");
                self.block(body);
                self.line("finally:");
                self.line(format!("    log({number})"));
            }
            Statement::Raise(thrown, value) => self.line(format!("raise {}({})", exception(*thrown), expression(value))),
            Statement::RaiseAgain(_) => self.line("raise"),
            Statement::Return(value) => self.line(format!("return {}", expression(value))),
            Statement::Touch(touch) => self.line(match touch {
                Touch::Status => "touch_status()",
                Touch::Send => "touch_send()",
                Touch::Close => "touch_close()",
            }),
            Statement::IgnoreClose(value) => {
                self.line("try:");
                self.line(format!("    yield {}", expression(value)));
                self.line("except GeneratorExit:");
                self.line("    yield 0");
            }
        }
    }
}

fn target(variable: Option<usize>) -> String {
    variable.map_or_else(String::new, |variable| format!("v{variable} = "))
}

fn exception(thrown: Thrown) -> &'static str {
    match thrown {
        Thrown::Handled => "Handled",
        Thrown::Unhandled => "Unhandled",
    }
}

fn expression(value: &Expression) -> String {
    match value {
        Expression::Constant(number) => number.to_string(),
        Expression::Variable(variable) => format!("v{variable}"),
        Expression::Argument => "argument".to_owned(),
        Expression::Binary(left, sign, right) => format!("(({} {sign} {}) % 1000)", expression(left), expression(right)),
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Less(left, right) => format!("{} < {}", expression(left), expression(right)),
        Condition::Divisible(value, by) => format!("{} % {by} == 0", expression(value)),
    }
}
