//! Runs a body by walking its tree, and records the events in their order.
//!
//! The sent numbers are known from the start. A yield takes the next number. When no number is
//! left, the coroutine is dropped there.

use crate::grammar::{
    Block, Body, Inner, Items, Label, Number, Question, Statement, Truth, Variable,
};

/// The result of one run of a body.
pub(crate) struct Run {
    pub(crate) trace: Vec<String>,
    /// Whether a `?` has ended an iterator or a stream.
    pub(crate) failed: bool,
}

/// Runs a body with the numbers that it is sent.
pub(crate) fn run(body: &Body, sent: &[i64]) -> Run {
    let mut interpreter = Interpreter {
        trace: Vec::new(),
        sent: sent.iter().copied(),
        items: body.shape.items(),
        drops: Vec::new(),
        variables: vec![(0, 7)],
    };
    let end = interpreter.body(&body.block);
    let failed = matches!(end, Leave::Fail(_));
    let last = match end {
        Leave::Return(_) if interpreter.items.is_some() => "returned".to_owned(),
        Leave::Return(value) => format!("returned {value:?}"),
        Leave::Dropped => "dropped".to_owned(),
        Leave::Fail(item) => {
            interpreter.trace.push(format!("gave {item}"));
            if interpreter.sent.next().is_some() { "returned" } else { "dropped" }.to_owned()
        }
        Leave::Break(..) | Leave::Continue(_) => {
            unreachable!("the grammar leaves what is around only")
        }
    };
    interpreter.trace.push(last);
    Run { trace: interpreter.trace, failed }
}

/// The reason why an expression has no value.
enum Leave {
    Break(Label, i64),
    Continue(Label),
    Return(Option<i64>),
    /// Ends an iterator with this item.
    Fail(String),
    Dropped,
}

type Evaluated<T> = Result<T, Leave>;

struct Interpreter<I> {
    trace: Vec<String>,
    sent: I,
    items: Option<Items>,
    /// The guards and temporary values that will be dropped, the last one first.
    drops: Vec<i64>,
    variables: Vec<(Variable, i64)>,
}

impl<I: Iterator<Item = i64>> Interpreter<I> {
    /// Runs a scope. At its end, drops the guards, values and variables that were added in it.
    fn scope<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let (drops, variables) = (self.drops.len(), self.variables.len());
        let value = run(self);
        for number in self.drops.drain(drops..).rev() {
            self.trace.push(format!("drop {number}"));
        }
        self.variables.truncate(variables);
        value
    }

    /// Runs a scope of temporary values. Variables that are declared in it stay in scope.
    fn temporaries<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let drops = self.drops.len();
        let value = run(self);
        for number in self.drops.drain(drops..).rev() {
            self.trace.push(format!("drop {number}"));
        }
        value
    }

    /// Runs the body, and returns the reason why it ended.
    fn body(&mut self, block: &Block) -> Leave {
        let end = self.scope(|this| {
            if this.items.is_some() {
                // The guard that is an argument.
                this.drops.push(0);
            }
            this.scope(|this| {
                this.sequence(&block.statements)?;
                this.temporaries(|this| {
                    let value = this.number(&block.value)?;
                    Ok(this.end(value))
                })
            })
        });
        end.unwrap_or_else(|leave| leave)
    }

    /// Returns the number. An iterator logs it instead.
    fn end(&mut self, value: i64) -> Leave {
        if self.items.is_some() {
            self.trace.push(format!("ended {value}"));
        }
        Leave::Return(Some(value))
    }

    /// Ends the body at a failed `?`. In an iterator or a stream, the error is the last item.
    fn fail(&mut self, value: i64, is_converted: bool) -> Leave {
        match self.items {
            None => Leave::Return(None),
            Some(Items::Results) => {
                if is_converted {
                    self.trace.push(format!("converted {value}"));
                }
                Leave::Fail(format!("Err(Failure({value}))"))
            }
            Some(Items::Options) => Leave::Fail("None".to_owned()),
            Some(Items::Numbers) => unreachable!("no `?` can stand there"),
        }
    }

    fn item(&self, value: i64) -> String {
        match self.items {
            None | Some(Items::Numbers) => value.to_string(),
            Some(Items::Results) => format!("Ok({value})"),
            Some(Items::Options) => format!("Some({value})"),
        }
    }

    fn block(&mut self, block: &Block) -> Evaluated<i64> {
        self.scope(|this| {
            this.sequence(&block.statements)?;
            this.temporaries(|this| this.number(&block.value))
        })
    }

    fn statements(&mut self, statements: &[Statement]) -> Evaluated<()> {
        self.scope(|this| this.sequence(statements))
    }

    fn sequence(&mut self, statements: &[Statement]) -> Evaluated<()> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn declare(&mut self, variable: Variable, value: i64) {
        self.variables.push((variable, value));
    }

    fn variable(&mut self, variable: Variable) -> &mut i64 {
        let found = self.variables.iter_mut().rev().find(|known| known.0 == variable);
        &mut found.expect("the grammar uses what is in scope").1
    }

    fn give(&mut self, item: &str) -> Evaluated<i64> {
        self.trace.push(format!("gave {item}"));
        self.sent.next().ok_or(Leave::Dropped)
    }

    /// Handles the end of one turn of a loop: `Ok` if the loop continues.
    fn turn(label: Label, turn: Evaluated<()>) -> Evaluated<()> {
        match turn {
            Err(Leave::Continue(of)) if of == label => Ok(()),
            other => other,
        }
    }

    fn statement(&mut self, statement: &Statement) -> Evaluated<()> {
        match statement {
            Statement::Log(number) => self.trace.push(format!("log {number}")),
            Statement::Guard(number) => self.drops.push(*number),
            Statement::Expression(value) => {
                self.temporaries(|this| this.number(value))?;
            }
            Statement::Let(variable, value) => {
                let value = self.temporaries(|this| this.number(value))?;
                self.declare(*variable, value);
            }
            Statement::LetTuple(first, second, one, two) => {
                let (one, two) =
                    self.temporaries(|this| Ok((this.number(one)?, this.number(two)?)))?;
                self.declare(*first, one);
                self.declare(*second, two);
            }
            // The message is evaluated only if the assertion fails.
            Statement::Assert(left, right, _) => self.temporaries(|this| {
                this.number(left)?;
                this.number(right)?;
                Ok(())
            })?,
            Statement::LetElse(variable, value) => {
                let value = self.temporaries(|this| this.number(value))?;
                let value = some(value).ok_or(Leave::Return(None))?;
                self.declare(*variable, value);
            }
            Statement::Assign(variable, value) => {
                let variable = *variable;
                self.temporaries(|this| {
                    let value = this.number(value)?;
                    *this.variable(variable) = value;
                    Ok(())
                })?;
            }
            Statement::AddAssign(variable, value) => {
                let variable = *variable;
                self.temporaries(|this| {
                    let value = this.number(value)?;
                    *this.variable(variable) += value;
                    Ok(())
                })?;
                *self.variable(variable) %= 1000;
            }
            Statement::IndexAssign(variable, index, value) => {
                let mut array = [*self.variable(*variable), 1, 2];
                self.temporaries(|this| {
                    // For numbers, the right side is evaluated first.
                    let value = this.number(value)?;
                    array[this.number(index)?.rem_euclid(3) as usize] += value;
                    Ok(())
                })?;
                *self.variable(*variable) = array.iter().sum::<i64>() % 1000;
            }
            Statement::If(condition, then, otherwise) => {
                let condition = self.temporaries(|this| this.truth(condition))?;
                self.statements(if condition { then } else { otherwise })?;
            }
            Statement::IfLet(variable, value, condition, then) => self.scope(|this| {
                let Some(value) = some(this.number(value)?) else {
                    return Ok(());
                };
                this.declare(*variable, value);
                if this.temporaries(|this| this.truth(condition))? {
                    this.statements(then)
                } else {
                    Ok(())
                }
            })?,
            Statement::While(label, condition, body) => {
                for _ in 0..2 {
                    if !self.temporaries(|this| this.truth(condition))? {
                        break;
                    }
                    Self::turn(*label, self.statements(body))?;
                }
            }
            Statement::For(label, variable, end, body) => self.scope(|this| {
                for number in 0..this.number(end)?.rem_euclid(3) {
                    let turn = this.scope(|this| {
                        this.declare(*variable, number);
                        this.statements(body)
                    });
                    Self::turn(*label, turn)?;
                }
                Ok(())
            })?,
            Statement::Continue(label) => return Err(Leave::Continue(*label)),
        }
        Ok(())
    }

    fn number(&mut self, number: &Number) -> Evaluated<i64> {
        Ok(match number {
            Number::Literal(value) => *value,
            Number::Variable(variable) => *self.variable(*variable),
            Number::Yield(value) => {
                let value = self.temporaries(|this| this.number(value))?;
                self.give(&self.item(value))?
            }
            Number::YieldInMacro(value) => {
                let value = self.temporaries(|this| this.number(value))?;
                // An error or a `None` that is yielded doesn't end the body.
                let item = match self.items {
                    Some(Items::Results) if some(value).is_none() => {
                        format!("Err(Failure({value}))")
                    }
                    Some(Items::Options) if some(value).is_none() => "None".to_owned(),
                    _ => self.item(value),
                };
                self.give(&item)?
            }
            Number::YieldFrom(value, times, is_tried) => {
                let sum = self.temporaries(|this| {
                    let value = this.number(value)?;
                    let item = this.item(value);
                    this.scope(|this| {
                        this.drops.push(9);
                        let mut sum = 0;
                        for _ in 0..*times {
                            sum += this.give(&item)?;
                        }
                        Ok(sum % 1000)
                    })
                })?;
                if *is_tried && some(sum).is_none() {
                    return Err(self.fail(sum, true));
                }
                sum
            }
            Number::Binary(left, sign, right) => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                (match sign {
                    '+' => left + right,
                    '-' => left - right,
                    _ => left * right,
                }) % 1000
            }
            Number::Negative(value) => -self.number(value)?,
            Number::Cast(value) => i64::from(self.number(value)? as i16),
            Number::Borrowed(value) | Number::Macro(value) => self.number(value)?,
            Number::Block(block) => self.block(block)?,
            Number::Labelled(label, block) => match self.block(block) {
                Err(Leave::Break(of, value)) if of == *label => value,
                other => other?,
            },
            Number::Break(label, value) => {
                let value = self.number(value)?;
                return Err(Leave::Break(*label, value));
            }
            Number::If(condition, then, otherwise) => {
                let condition = self.temporaries(|this| this.truth(condition))?;
                self.block(if condition { then } else { otherwise })?
            }
            Number::Match(scrutinee, zero, guard, one, variable, other) => {
                let scrutinee = self.number(scrutinee)?.rem_euclid(4);
                if scrutinee == 0 {
                    self.temporaries(|this| this.number(zero))?
                } else if scrutinee == 1 && self.temporaries(|this| this.truth(guard))? {
                    self.temporaries(|this| this.number(one))?
                } else {
                    self.scope(|this| {
                        this.declare(*variable, scrutinee);
                        this.temporaries(|this| this.number(other))
                    })?
                }
            }
            Number::Call(left, right) => (self.number(left)? * 2 + self.number(right)?) % 1000,
            Number::Method(left, right) => self.number(left)?.max(self.number(right)?),
            Number::Tuple(left, right, second) | Number::Vector(left, right, second) => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                if *second { right } else { left }
            }
            Number::Struct(first, second) => {
                let (first, second) = (self.number(first)?, self.number(second)?);
                (first * 3 + second) % 1000
            }
            Number::Index(first, second, index) => {
                let array = [self.number(first)?, self.number(second)?];
                array[self.number(index)?.rem_euclid(2) as usize]
            }
            Number::Closure(value) => self.number(value)? + 1,
            Number::Format(left, right) => self.temporaries(|this| {
                Ok(format!("{}{}", this.number(left)?, this.number(right)?).len() as i64)
            })?,
            Number::Temporary(mark, value) => {
                self.drops.push(*mark);
                self.number(value)? + 1
            }
            Number::Loop(label, condition, early, statements, value) => {
                match self.turns(*label, condition, early, statements, value) {
                    Err(Leave::Break(of, value)) if of == *label => value,
                    Err(leave) => return Err(leave),
                }
            }
            Number::Try(value, question) => self.question(value, question)?,
            Number::InnerTry(variable, inner) => {
                let value = some(*self.variable(*variable)).map(|value| value + 1);
                value.unwrap_or(match inner {
                    Inner::Closure => -1,
                    Inner::AsyncBlock => -2,
                    Inner::Function => -3,
                })
            }
            Number::Return(value) => {
                let value = self.number(value)?;
                return Err(self.end(value));
            }
        })
    }

    fn question(&mut self, value: &Number, question: &Question) -> Evaluated<i64> {
        if let Question::OfTemporary(mark) = question {
            self.drops.push(*mark);
        }
        let value = self.number(value)?;
        let is_missing = some(value).is_none();
        match question {
            Question::Twice if value.rem_euclid(7) == 5 => Err(self.fail(value, true)),
            Question::Same | Question::Twice if is_missing => Err(self.fail(value, false)),
            Question::Guard(mark, _) if is_missing => {
                // `From` takes the guard. A `None` has no error to convert.
                let leave = self.fail(value, true);
                self.trace.push(format!("drop {mark}"));
                Err(leave)
            }
            _ if is_missing => Err(self.fail(value, true)),
            Question::Guard(mark, argument) => {
                self.drops.push(*mark);
                Ok(self.number(argument)? + 1)
            }
            _ => Ok(value),
        }
    }

    /// Runs the turns of a loop, which always ends by a `break` or another exit.
    fn turns(
        &mut self,
        label: Label,
        condition: &Truth,
        early: &Number,
        statements: &[Statement],
        value: &Number,
    ) -> Evaluated<std::convert::Infallible> {
        for turn in 1..=2 {
            let body = self.scope(|this| {
                if this.temporaries(|this| this.truth(condition))? {
                    let early = this.temporaries(|this| this.number(early))?;
                    return Err(Leave::Break(label, early));
                }
                this.statements(statements)?;
                if turn == 2 {
                    let value = this.temporaries(|this| this.number(value))?;
                    return Err(Leave::Break(label, value));
                }
                Ok(())
            });
            Self::turn(label, body)?;
        }
        Err(Leave::Break(label, -1))
    }

    fn truth(&mut self, truth: &Truth) -> Evaluated<bool> {
        Ok(match truth {
            Truth::Less(left, right) => self.number(left)? < self.number(right)?,
            Truth::Even(value) => self.number(value)? % 2 == 0,
            Truth::And(left, right) => {
                self.temporaries(|this| this.truth(left))?
                    && self.temporaries(|this| this.truth(right))?
            }
            Truth::Or(left, right) => {
                self.temporaries(|this| this.truth(left))?
                    || self.temporaries(|this| this.truth(right))?
            }
            Truth::Not(truth) => !self.truth(truth)?,
            Truth::Matches(value) => matches!(self.number(value)? % 10, 3..=7),
        })
    }
}

/// Returns `None` for one number in seven.
fn some(value: i64) -> Option<i64> {
    (value.rem_euclid(7) != 6).then_some(value)
}
