//! An order as a workflow of Restate. The handler drives the coroutine, and carries its commands
//! out by the engine's own means.

use std::pin::pin;
use std::time::Duration;

use checkout::{Command, Item, Problem, Reply, accepts, checkout};
use cogen::CoroutineExt;
use cogen::CoroutineState::{Complete, Yielded};
use restate_sdk::prelude::*;

use crate::ledger::Ledger;

/// What the order waits for: the number of the command and the command.
const WAITS_FOR: &str = "waits for";
/// The number that the engine has given to the execution of the order.
const INVOCATION: &str = "invocation";
/// Why the customer has cancelled the order.
const REASON: &str = "reason";
/// The code of the error with which the engine cancels what a workflow awaits.
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
    /// Leads an order from its cart to its end, and returns how it ended.
    ///
    /// The engine runs this again from its beginning, on any process, after one has died, and after
    /// a long wait. It replays what `context` returned, so the coroutine comes to where it stood.
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

    /// Cancels the order, for this reason.
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

    /// The number of the command that the order waits for, and the command.
    #[handler]
    async fn waits_for(
        &self,
        context: SharedWorkflowContext<'_>,
    ) -> HandlerResult<Json<Option<(u64, Command)>>> {
        Ok(Json(context.get::<Json<_>>(WAITS_FOR).await?.map(Json::into_inner)))
    }
}

/// What stands between an order and the world.
struct Desk<'a> {
    service: &'a Checkout,
    context: &'a WorkflowContext<'a>,
    /// Why the order was cancelled while a command was carried out that is not given up halfway.
    cancelled: Option<String>,
}

impl Desk<'_> {
    /// Carries a command out. Cancelling the workflow throws into the order, so that it can undo
    /// what it has done.
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

    /// Has something done by the bank or the carrier, and journals the reply. It is seen through:
    /// if the order is cancelled meanwhile, it may be done already, and nobody would know.
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
                // Once more, with the same key.
                Err(error) if error.code() == CANCELLED => {
                    self.cancelled = Some(self.reason().await?);
                }
                entered => return entered,
            }
        }
    }

    /// Why the order is cancelled.
    async fn reason(&self) -> Result<String, TerminalError> {
        loop {
            match self.context.peek_promise(REASON).await {
                // Cancelled once more, in the middle of this.
                Err(error) if error.code() == CANCELLED => {}
                // Not by its customer.
                reason => return Ok(reason?.unwrap_or_else(|| "by the operator".to_owned())),
            }
        }
    }
}

fn answer_to(number: u64) -> String {
    format!("answer {number}")
}
