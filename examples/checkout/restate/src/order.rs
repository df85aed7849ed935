//! An order as a workflow of Restate. The handler drives the coroutine, and carries out its
//! commands with the means of the engine.

use std::pin::pin;
use std::time::Duration;

use checkout::{Command, Item, Problem, Reply, accepts, checkout};
use cogen::CoroutineExt;
use cogen::CoroutineState::{Complete, Yielded};
use restate_sdk::prelude::*;

use crate::ledger::Ledger;

/// The key of the command that the order waits for, with its number.
const WAITS_FOR: &str = "waits for";
/// The key of the engine's id for the execution of the order.
const INVOCATION: &str = "invocation";
/// The key of the customer's reason for the cancellation.
const REASON: &str = "reason";
/// The code of the error with which the engine cancels the pending `await` of a workflow.
const CANCELLED: u16 = 409;

/// The service.
#[derive(Debug)]
pub(crate) struct Checkout {
    pub(crate) ledger: Ledger,
    /// How many times faster the clock goes.
    pub(crate) hurry: u32,
    /// How long a reply of the ledger takes.
    pub(crate) latency: Duration,
}

#[workflow(client_visibility = "pub(crate)")]
impl Checkout {
    /// Runs an order from its cart to its end, and returns the outcome.
    ///
    /// After the death of a process, and after a long wait, the engine runs this handler again from
    /// its beginning, on any process. It replays the results of `context`, so the coroutine reaches
    /// the same place.
    #[handler]
    async fn run(
        &self,
        context: WorkflowContext<'_>,
        cart: Json<Vec<Item>>,
    ) -> HandlerResult<String> {
        if !context.key().chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(TerminalError::new_with_code(400, "the key is not an order's").into());
        }
        context.set(INVOCATION, context.invocation_id().to_owned());
        let mut desk = Desk { service: self, context: &context, cancelled: None };

        let mut order = pin!(checkout(cart.into_inner()));
        let (mut number, mut state) = (0, order.start());
        loop {
            match state {
                Yielded(command) => state = order.send(desk.carry_out(number, command).await?),
                Complete(outcome) => break Ok(outcome),
            }
            number += 1;
        }
    }

    /// Answers the question that the command with this number asks.
    #[handler]
    async fn answer(
        &self,
        context: SharedWorkflowContext<'_>,
        answer: Json<(u64, String)>,
    ) -> HandlerResult<()> {
        let (number, text) = answer.into_inner();
        context.resolve_promise(&answer_to(number), text);
        Ok(())
    }

    /// Cancels the order, with this reason.
    #[handler]
    async fn cancel(
        &self,
        context: SharedWorkflowContext<'_>,
        reason: String,
    ) -> HandlerResult<()> {
        let Some(invocation) = context.get::<String>(INVOCATION).await? else {
            return Err(TerminalError::new_with_code(404, "there is no such order").into());
        };
        context.resolve_promise(REASON, reason);
        context.invocation_handle(invocation).cancel();
        Ok(())
    }

    /// Returns the number of the command that the order waits for, and the command.
    #[handler]
    async fn waits_for(
        &self,
        context: SharedWorkflowContext<'_>,
    ) -> HandlerResult<Json<Option<(u64, Command)>>> {
        Ok(Json(context.get::<Json<_>>(WAITS_FOR).await?.map(Json::into_inner)))
    }
}

/// Connects an order with the world.
struct Desk<'a> {
    service: &'a Checkout,
    context: &'a WorkflowContext<'a>,
    /// The reason, if the order was cancelled during a command that must be completed.
    cancelled: Option<String>,
}

impl Desk<'_> {
    /// Carries a command out. A cancellation of the workflow is thrown into the order, so that the
    /// order can undo its actions.
    async fn carry_out(&mut self, number: u64, command: Command) -> Result<Reply, TerminalError> {
        if let Some(reason) = self.cancelled.take() {
            return Ok(Err(Problem::Cancelled(reason)));
        }
        self.context.set(WAITS_FOR, Json((number, command.clone())));
        let reply = match command {
            Command::Ask(_) => self.context.promise(&answer_to(number)).await,
            Command::Wait { seconds } => {
                let time = Duration::from_secs(seconds) / self.service.hurry;
                self.context.sleep(time).await.map(|()| String::new())
            }
            Command::Charge { card, .. } if !accepts(&card) => return Ok(Err(Problem::Declined)),
            Command::Charge { card, cents } => {
                self.enter(number, 'R', format!("{cents} cents from {card}")).await
            }
            Command::Refund { receipt } => {
                self.enter(number, 'B', format!("receipt {receipt}")).await
            }
            Command::Ship { address, contents } => {
                self.enter(number, 'P', format!("{contents} to {address}")).await
            }
        };
        match reply {
            Err(error) if error.code() == CANCELLED => {
                Ok(Err(Problem::Cancelled(self.reason().await?)))
            }
            reply => reply.map(Ok),
        }
    }

    /// Requests an action of the bank or the carrier, and journals the reply. The action is always
    /// completed: if the order is cancelled meanwhile, the action may have been executed already.
    async fn enter(
        &mut self,
        number: u64,
        kind: char,
        text: String,
    ) -> Result<String, TerminalError> {
        loop {
            let entered = self.context.run(async || {
                let entry = self.service.ledger.enter(self.context.key(), number, kind, &text)?;
                tokio::time::sleep(self.service.latency).await;
                Ok(entry)
            });
            match entered.name(format!("{kind} {number}")).await {
                // Repeat the request with the same key.
                Err(error) if error.code() == CANCELLED => {
                    self.cancelled = Some(self.reason().await?);
                }
                entered => return entered,
            }
        }
    }

    /// Returns the reason why the order is cancelled.
    async fn reason(&self) -> Result<String, TerminalError> {
        loop {
            match self.context.peek_promise(REASON).await {
                // Cancelled again meanwhile.
                Err(error) if error.code() == CANCELLED => {}
                // Not by the customer.
                reason => return Ok(reason?.unwrap_or_else(|| "by the operator".to_owned())),
            }
        }
    }
}

fn answer_to(number: u64) -> String {
    format!("answer {number}")
}
