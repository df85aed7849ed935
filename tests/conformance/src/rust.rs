//! Programs in Rust.

use crate::grammar::{
    Catches, Condition, Expression, Family, Holder, Kind, Program, Shape, Statement, Way,
};
use crate::source::Source;

/// Renders a module of one program: the functions, and `program`, which creates the coroutine.
pub(crate) fn module(program: &Program) -> String {
    let mut source = Source::default();
    source.line("#![allow(unused, unreachable_code, clippy::all)]\n");
    source.line("use std::pin::pin;\n");
    source.line("use cogen::CoroutineState::{Complete, Yielded};");
    source.line("use cogen::{BoxCoroutine, Coroutine, CoroutineExt, Shared, co};");
    source.line(
        "use cogen_conformance_runtime::{ByHand, Me, Returned, Subject, Thrown, Touch, World, \
         advance, hold, hold_shared, touch};\n",
    );
    source.line(format!("type Sent = {};\n", sent(program.family)));
    for (index, function) in program.functions.iter().enumerate() {
        let shape = match function.shape {
            Shape::Opaque => "impl Coroutine<Sent, Yield = i64, Return = Returned>",
            Shape::Boxed => "BoxCoroutine<'a, Sent, i64, Returned>",
            Shape::Named => "impl Coroutine<Sent, Yield = i64, Return = Returned>",
        };
        let option = if function.shape == Shape::Named {
            format!("(struct = F{index}<'a>)")
        } else {
            String::new()
        };
        source.line(format!("#[cogen::coroutine{option}]"));
        let me = if program.holder == Holder::Shared { "me: Me<'a, Sent>, " } else { "" };
        let head =
            format!("fn f{index}<'a>(world: &'a World, {me}depth: i64, mut a: i64) -> {shape} {{");
        source.nested(head, |source| {
            source.line("let (mut b, mut c) = (0i64, 0i64);");
            let mut renderer = Renderer { source, program, escape: Escape::Function };
            renderer.statements(&function.body);
            renderer.source.line(format!("Ok({})", expression(&function.result)));
        });
        source.line("}\n");
    }
    let program_line = "pub(crate) fn program<'a>(world: &'a World) -> Box<dyn Subject + 'a> {";
    source.nested(program_line, |source| {
        let arguments = format!("{}, {}", program.depth, program.argument);
        source.line(match program.holder {
            Holder::Pinned => format!("hold(Box::pin(f0(world, {arguments})))"),
            Holder::Dynamic => format!(
                "hold::<Sent, _>(Box::pin(f0(world, {arguments})) \
                 as BoxCoroutine<'a, Sent, i64, Returned>)"
            ),
            Holder::Shared => {
                format!("hold_shared(Shared::new_cyclic(|me| f0(world, me.clone(), {arguments})))")
            }
        });
    });
    source.line("}");
    source.into_text()
}

fn sent(family: Family) -> &'static str {
    match family {
        Family::Numbers => "Result<i64, Thrown>",
        Family::Signals => "Result<(), Thrown>",
        Family::Nothing => "()",
    }
}

/// The target of an error that a statement doesn't handle.
#[derive(Clone, Copy)]
enum Escape {
    /// To the caller.
    Function,
    /// To the handlers of the `try` with this number.
    Try(u32),
}

impl Escape {
    fn with(self, error: &str) -> String {
        match self {
            Self::Function => format!("return Err({error})"),
            Self::Try(number) => format!("break 'try{number} Err({error})"),
        }
    }

    /// Returns the value of an expression that is a `Result`.
    fn value_of(self, result: &str) -> String {
        match self {
            Self::Function => format!("{result}?"),
            Self::Try(_) => format!(
                "match {result} {{ Ok(value) => value, Err(error) => {} }}",
                self.with("error")
            ),
        }
    }
}

struct Renderer<'a> {
    source: &'a mut Source,
    program: &'a Program,
    escape: Escape,
}

impl Renderer<'_> {
    fn nested(
        &mut self,
        line: impl AsRef<str>,
        escape: Escape,
        inside: impl FnOnce(&mut Renderer<'_>),
    ) {
        let Self { source, program, .. } = self;
        source.nested(line, |source| inside(&mut Renderer { source, program, escape }));
        self.source.line("}");
    }

    fn block(&mut self, line: impl AsRef<str>, block: &[Statement]) {
        self.nested(line, self.escape, |renderer| renderer.statements(block));
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    /// Renders a yield as an expression, without errors.
    fn yielded(&self, value: &Expression) -> String {
        let yielded = format!("yield_!({})", expression(value));
        if self.program.family == Family::Nothing {
            yielded
        } else {
            self.escape.value_of(&yielded)
        }
    }

    fn assigned_yield(&mut self, target: &str, value: &Expression) {
        let target = if self.program.family == Family::Numbers { target } else { "()" };
        self.source.line(format!("{target} = {};", self.yielded(value)));
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Assign(target, value) => {
                self.source.line(format!("{} = {};", target.name(), expression(value)))
            }
            Statement::Log(number, value) => self
                .source
                .line(format!("world.log(format!(\"log{number} {{}}\", {}));", expression(value))),
            Statement::Yield(target, value) | Statement::Resist(target, value, _) => {
                self.assigned_yield(target.name(), value)
            }
            Statement::AddYield(target, value) => {
                let target = target.name();
                self.source.line(format!(
                    "{target} = ({target} + {}).rem_euclid(1000);",
                    self.yielded(value)
                ));
            }
            Statement::Ask(value, bound, then, otherwise) => {
                self.block(format!("if ({}) < {bound} {{", self.yielded(value)), then);
                self.block("else {", otherwise);
            }
            Statement::If(condition, then, otherwise) => {
                self.block(format!("if {} {{", self::condition(condition)), then);
                self.block("else {", otherwise);
            }
            Statement::Loop(number, limit, body) => {
                self.source.line(format!("let mut i{number} = 0;"));
                self.nested(
                    format!("'loop{number}: while i{number} < {limit} && world.tick() {{"),
                    self.escape,
                    |renderer| {
                        renderer.source.line(format!("i{number} += 1;"));
                        renderer.statements(body);
                    },
                );
            }
            Statement::Break(number, condition) => {
                self.when(condition, format!("break 'loop{number};"))
            }
            Statement::Continue(number, condition) => {
                self.when(condition, format!("continue 'loop{number};"))
            }
            Statement::Try { number, body, catches, target, handler } => {
                self.nested(
                    format!("let tried{number}: Result<(), Thrown> = 'try{number}: {{"),
                    Escape::Try(*number),
                    |renderer| {
                        renderer.statements(body);
                        renderer.source.line("Ok(())");
                    },
                );
                self.source.line(";");
                self.nested(
                    format!("if let Err(error{number}) = tried{number} {{"),
                    self.escape,
                    |renderer| match catches {
                        Catches::Both => renderer.handler(*number, target.name(), handler),
                        Catches::Handled => renderer.nested(
                            format!("match error{number} {{"),
                            renderer.escape,
                            |renderer| {
                                renderer.nested(
                                    "Thrown::Handled(_) => {",
                                    renderer.escape,
                                    |renderer| {
                                        renderer.handler(*number, target.name(), handler);
                                    },
                                );
                                renderer
                                    .source
                                    .line(format!("error => {},", renderer.escape.with("error")));
                            },
                        ),
                    },
                );
            }
            Statement::CaughtYield { number, value, target, handler } => {
                self.nested(
                    format!("match yield_!({}) {{", expression(value)),
                    self.escape,
                    |renderer| {
                        let value = if renderer.program.family == Family::Numbers {
                            target.name()
                        } else {
                            "()"
                        };
                        renderer.source.line(format!("Ok(value) => {value} = value,"));
                        renderer.nested(
                            format!("Err(error{number} @ Thrown::Handled(_)) => {{"),
                            renderer.escape,
                            |renderer| {
                                renderer.handler(*number, target.name(), handler);
                            },
                        );
                        renderer
                            .source
                            .line(format!("Err(error) => {},", renderer.escape.with("error")));
                    },
                );
            }
            Statement::Cleanup(number, _, body) => self.nested("{", self.escape, |renderer| {
                renderer.source.line(format!("let _guard = world.guard(\"cleanup{number}\");"));
                renderer.statements(body);
            }),
            Statement::Raise(condition, kind, value) => {
                let kind = match kind {
                    Kind::Handled => "Handled",
                    Kind::Unhandled => "Unhandled",
                };
                self.when(
                    condition,
                    format!(
                        "{};",
                        self.escape.with(&format!("Thrown::{kind}({})", expression(value)))
                    ),
                );
            }
            Statement::Reraise(number, condition) => {
                self.when(condition, format!("{};", self.escape.with(&format!("error{number}"))))
            }
            Statement::Return(condition, value) => {
                self.when(condition, format!("return Ok({});", expression(value)))
            }
            Statement::Delegate { target, function, itself, depth, argument, way } => {
                let (condition, call) = self.call(*function, *itself, depth, argument);
                let is_boxed = self.program.functions[*function].shape == Shape::Boxed;
                self.nested(condition, self.escape, |renderer| {
                    renderer.delegation(target.name(), &call, is_boxed, *way)
                });
            }
            Statement::Keep { number, function, itself, depth, argument, body } => {
                let (condition, call) = self.call(*function, *itself, depth, argument);
                self.nested(condition, self.escape, |renderer| {
                    renderer.source.line(format!("let mut kept{number} = Box::pin({call});"));
                    renderer.statements(body);
                });
            }
            Statement::Advance { number, value, throws } => {
                self.source.line(format!(
                    "advance::<Sent, _>(world, &mut kept{number}, {}, {throws});",
                    expression(value)
                ));
            }
            Statement::DelegateToList(values) => {
                let values: Vec<String> = values.iter().map(expression).collect();
                let delegation = format!("yield_from!(Vec::<i64>::from([{}]))", values.join(", "));
                let value = if self.program.family == Family::Nothing {
                    delegation
                } else {
                    self.escape.value_of(&delegation)
                };
                self.source.line(format!("{value};"));
            }
            Statement::Touch(kind) => {
                self.source.line(format!("touch(world, &me, Touch::{kind:?});"))
            }
        }
    }

    fn delegation(&mut self, target: &str, call: &str, is_boxed: bool, way: Way) {
        let delegate = match way {
            Way::Direct => call.to_owned(),
            Way::PinnedBox => format!("Box::pin({call})"),
            Way::Pinned => format!("pin!({call})"),
            Way::Borrowed => {
                self.source.line(format!("let mut inner = Box::pin({call});"));
                "&mut inner".to_owned()
            }
            Way::Dynamic => format!("Box::pin({call}) as BoxCoroutine<'_, Sent, i64, Returned>"),
            Way::Shared => format!("Shared::new({call})"),
            Way::ByHand => format!("ByHand::new({call})"),
            Way::Primed => format!("Box::pin({call}).primed()"),
            Way::Block => {
                self.source.line(format!("let inner = {call};"));
                "co! { yield_from!(inner) }".to_owned()
            }
            Way::Started => {
                self.source.line(format!(
                    "let mut inner = {};",
                    if is_boxed { call.to_owned() } else { format!("Box::pin({call})") }
                ));
                let value = self.escape.value_of("yield_from!(inner)");
                self.nested(
                    format!("{target} = match inner.start() {{"),
                    self.escape,
                    |renderer| {
                        renderer.source.line(format!(
                            "Complete(returned) => {},",
                            renderer.escape.value_of("returned")
                        ));
                        renderer.nested("Yielded(first) => {", renderer.escape, |renderer| {
                            renderer.source.line("world.log(format!(\"started {first}\"));");
                            renderer.source.line(value);
                        });
                    },
                );
                return self.source.line(";");
            }
        };
        self.source.line(format!(
            "{target} = {};",
            self.escape.value_of(&format!("yield_from!({delegate})"))
        ));
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
        let condition = if itself { "if depth > 0 && world.tick() {" } else { "if world.tick() {" };
        let me = if self.program.holder == Holder::Shared { "me.clone(), " } else { "" };
        (condition, format!("f{function}(world, {me}{depth}, {})", expression(argument)))
    }

    fn when(&mut self, condition: &Condition, then: impl AsRef<str>) {
        self.nested(format!("if {} {{", self::condition(condition)), self.escape, |renderer| {
            renderer.source.line(then)
        });
    }

    fn handler(&mut self, number: u32, target: &str, handler: &[Statement]) {
        self.source.line(format!("{target} = error{number}.value();"));
        self.statements(handler);
    }
}

fn expression(expression: &Expression) -> String {
    match expression {
        Expression::Constant(value) => format!("{value}i64"),
        Expression::Variable(variable) => variable.name().to_owned(),
        Expression::Depth => "depth".to_owned(),
        Expression::Binary(left, operator, right) => {
            format!(
                "({} {operator} {}).rem_euclid(1000)",
                self::expression(left),
                self::expression(right)
            )
        }
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        // The parentheses keep a block, or a `<` after a cast or a number, from being parsed
        // otherwise.
        Condition::Less(left, right) => format!("({}) < ({})", expression(left), expression(right)),
        Condition::Even(value) => format!("({}) % 2 == 0", expression(value)),
    }
}
