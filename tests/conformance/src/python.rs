//! Programs in Python.

use crate::grammar::{
    Catches, Cleanup, Condition, Expression, Family, Function, Kind, Program, Statement, Way,
};
use crate::sabotage::Sabotage;
use crate::source::Source;

/// Renders a module of these programs, with a table `PROGRAMS` of the functions that create them.
pub(crate) fn module(programs: &[Program], sabotage: Option<Sabotage>) -> String {
    let mut source = Source::default();
    source.line("from world import Handled, Unhandled\n");
    for program in programs {
        for (index, function) in program.functions.iter().enumerate() {
            Renderer { source: &mut source, program, sabotage }.function(index, function);
        }
    }
    source.nested("PROGRAMS = {", |source| {
        for Program { number, family, depth, argument, .. } in programs {
            source.line(format!(
                "{number}: (\"{family:?}\", \
                 lambda world: p{number}_f0(world, {depth}, {argument})),"
            ));
        }
    });
    source.line("}");
    source.into_text()
}

/// One program by itself, for a report.
pub(crate) fn program(program: &Program) -> String {
    module(std::slice::from_ref(program), None)
}

struct Renderer<'a> {
    source: &'a mut Source,
    program: &'a Program,
    /// The part that is rendered wrongly, to test that the harness detects it.
    sabotage: Option<Sabotage>,
}

impl Renderer<'_> {
    fn nested(&mut self, line: impl AsRef<str>, inside: impl FnOnce(&mut Renderer<'_>)) {
        let Self { source, program, sabotage } = self;
        source
            .nested(line, |source| inside(&mut Renderer { source, program, sabotage: *sabotage }));
    }

    fn block(&mut self, line: impl AsRef<str>, block: &[Statement]) {
        self.nested(line, |renderer| {
            renderer.statements(block);
            if block.is_empty() {
                renderer.source.line("pass");
            }
        });
    }

    fn function(&mut self, index: usize, function: &Function) {
        self.nested(
            format!("def p{}_f{index}(world, depth, a):", self.program.number),
            |renderer| {
                renderer.nested("if False:", |renderer| {
                    renderer.source.line("yield  # a generator in any case")
                });
                renderer.source.line("b = c = 0");
                renderer.statements(&function.body);
                renderer.source.line(format!("return {}\n", expression(&function.result)));
            },
        );
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    /// Returns the assignment of the value of a yield, if the yield has a value.
    fn target(&self, name: &str) -> String {
        if self.program.family == Family::Numbers { format!("{name} = ") } else { String::new() }
    }

    fn yielded(&self, value: &Expression) -> String {
        let value = expression(value);
        if self.sabotage == Some(Sabotage::YieldedValues) {
            format!("({value} + 1) % 1000")
        } else {
            value
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Assign(target, value) => {
                self.source.line(format!("{} = {}", target.name(), expression(value)))
            }
            Statement::Log(number, value) => {
                self.source.line(format!("world.log(f\"log{number} {{{}}}\")", expression(value)))
            }
            Statement::Yield(target, value) => {
                self.source.line(format!(
                    "{}yield {}",
                    self.target(target.name()),
                    self.yielded(value)
                ));
            }
            Statement::AddYield(target, value) => {
                let target = target.name();
                self.source.line(format!(
                    "{target} = ({target} + (yield {})) % 1000",
                    self.yielded(value)
                ));
            }
            Statement::Ask(value, bound, then, otherwise) => {
                self.block(format!("if (yield {}) < {bound}:", self.yielded(value)), then);
                self.block("else:", otherwise);
            }
            Statement::Resist(target, value, again) => {
                let line = format!("{}yield {}", self.target(target.name()), self.yielded(value));
                self.nested("try:", |renderer| renderer.source.line(line));
                self.nested("except GeneratorExit:", |renderer| {
                    renderer.source.line("world.log(\"saw-exit\")");
                    if let Some(again) = again {
                        renderer.source.line(format!("yield {}", expression(again)));
                    }
                    renderer.source.line("raise");
                });
            }
            Statement::If(condition, then, otherwise) => {
                self.block(format!("if {}:", self::condition(condition)), then);
                self.block("else:", otherwise);
            }
            Statement::Loop(number, limit, body) => {
                self.source.line(format!("i{number} = 0"));
                self.nested(format!("while i{number} < {limit} and world.tick():"), |renderer| {
                    renderer.source.line(format!("i{number} += 1"));
                    renderer.statements(body);
                });
            }
            Statement::Break(_, condition) => self.when(condition, "break"),
            Statement::Continue(_, condition) => self.when(condition, "continue"),
            Statement::Try { number, body, catches, target, handler } => {
                self.block("try:", body);
                self.handler(*number, *catches, target.name(), handler);
            }
            Statement::CaughtYield { number, value, target, handler } => {
                let line = format!("{}yield {}", self.target(target.name()), self.yielded(value));
                self.nested("try:", |renderer| renderer.source.line(line));
                self.handler(*number, Catches::Handled, target.name(), handler);
            }
            Statement::Cleanup(number, _, body) if self.sabotage == Some(Sabotage::NoCleanup) => {
                self.block("if True:", body);
                self.source.line(format!("world.log(\"cleanup{number}\")"));
            }
            Statement::Cleanup(number, Cleanup::Finally, body) => {
                self.block("try:", body);
                self.nested("finally:", |renderer| {
                    renderer.source.line(format!("world.log(\"cleanup{number}\")"))
                });
            }
            Statement::Cleanup(number, Cleanup::With, body) => {
                self.block(format!("with world.guard(\"cleanup{number}\"):"), body)
            }
            Statement::Raise(condition, kind, value) => {
                let kind = match kind {
                    Kind::Handled => "Handled",
                    Kind::Unhandled => "Unhandled",
                };
                self.when(condition, format!("raise {kind}({})", expression(value)));
            }
            Statement::Reraise(_, condition) => self.when(condition, "raise"),
            Statement::Return(condition, value) => {
                self.when(condition, format!("return {}", expression(value)))
            }
            Statement::Delegate { target, function, itself, depth, argument, way } => {
                let (condition, mut call) = self.call(*function, *itself, depth, argument);
                if *way == Way::Started {
                    call = format!("world.started({call})");
                }
                let target = if self.sabotage == Some(Sabotage::LostResults) {
                    String::new()
                } else {
                    format!("{} = ", target.name())
                };
                self.nested(condition, |renderer| {
                    renderer.source.line(format!("{target}yield from {call}"))
                });
            }
            Statement::Keep { number, function, itself, depth, argument, body } => {
                let (condition, call) = self.call(*function, *itself, depth, argument);
                self.nested(condition, |renderer| {
                    renderer.block(format!("with world.kept({call}) as k{number}:"), body);
                });
            }
            Statement::Advance { number, value, throws } => {
                let value = expression(value);
                self.source.line(match (throws, self.program.family) {
                    (true, _) => format!("world.advance(k{number}, None, Handled({value}))"),
                    (false, Family::Numbers) => format!("world.advance(k{number}, {value})"),
                    (false, _) => format!("world.advance(k{number}, None)"),
                });
            }
            Statement::DelegateToList(values) => {
                let values: Vec<String> = values.iter().map(expression).collect();
                self.source.line(format!("yield from [{}]", values.join(", ")));
            }
            Statement::Touch(touch) => self.source.line(format!("world.touch(\"{touch}\")")),
        }
    }

    /// Returns the condition for a call of a function, and the call.
    fn call(
        &self,
        function: usize,
        itself: bool,
        depth: &Expression,
        argument: &Expression,
    ) -> (&'static str, String) {
        let depth = if itself { "depth - 1".to_owned() } else { expression(depth) };
        let condition = if itself { "if depth > 0 and world.tick():" } else { "if world.tick():" };
        (
            condition,
            format!(
                "p{}_f{function}(world, {depth}, {})",
                self.program.number,
                expression(argument)
            ),
        )
    }

    fn when(&mut self, condition: &Condition, then: impl AsRef<str>) {
        self.nested(format!("if {}:", self::condition(condition)), |renderer| {
            renderer.source.line(then)
        });
    }

    fn handler(&mut self, number: u32, catches: Catches, target: &str, handler: &[Statement]) {
        let kinds = match catches {
            Catches::Handled if self.sabotage != Some(Sabotage::GreedyHandlers) => "Handled",
            Catches::Handled | Catches::Both => "(Handled, Unhandled)",
        };
        self.nested(format!("except {kinds} as e{number}:"), |renderer| {
            renderer.source.line(format!("{target} = e{number}.value"));
            renderer.statements(handler);
        });
    }
}

fn expression(expression: &Expression) -> String {
    match expression {
        Expression::Constant(value) => value.to_string(),
        Expression::Variable(variable) => variable.name().to_owned(),
        Expression::Depth => "depth".to_owned(),
        Expression::Binary(left, operator, right) => {
            format!("({} {operator} {}) % 1000", operand(left), operand(right))
        }
    }
}

fn operand(operand: &Expression) -> String {
    match operand {
        Expression::Binary(..) => format!("({})", expression(operand)),
        _ => expression(operand),
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Less(left, right) => format!("{} < {}", expression(left), expression(right)),
        Condition::Even(value) => format!("{} % 2 == 0", operand(value)),
    }
}
