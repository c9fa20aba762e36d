//! What a practice's own programs ask its own systems.

use bytes::Bytes;
use llm::{ChatModel, ChatRelay, ChatStream, Tokens};
use serde_json::Value;
use shared::{AiCallId, Phi, errors::ErrorCode, governance::OwnSystem};
use tokio::sync::mpsc;

use super::{
    CallContext, Gateway, GatewayError,
    call::{Begun, bytes},
};
use crate::{
    ledger::{Prices, Usage},
    systems,
};

/// Events that wait for a program that reads slowly.
const WAITING: usize = 16;

/// An answer that comes event by event.
#[derive(Debug)]
pub struct Answering {
    /// Which call.
    pub call_id: AiCallId,
    /// Its server-sent events; an error is the last of them.
    pub events: mpsc::Receiver<Result<Bytes, GatewayError>>,
}

impl Gateway {
    /// Asks a system of the practice's own for a whole answer, and keeps its end in the ledger before it is handed out.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn ask_own(
        &self,
        call: &CallContext,
        key: &str,
        question: Value,
    ) -> Result<(AiCallId, Value), GatewayError> {
        let (begun, own) = self.begin_own(call, key, &question).await?;
        let answer = self.while_allowed(call, &begun, own.relay.ask(&own.model(), question)).await;
        let answer = answer.map(|answer| (answer.body, used(answer.tokens)));
        let governed = self.end(call, begun, answer).await?;
        let id = governed.call_id();
        let mut tx = self.database.begin(call.actor.clone()).await?;
        let answer = governed.keep(&mut tx).await?;
        tx.commit().await?;
        Ok((id, answer))
    }

    /// Asks for an answer event by event. It is read to its end, and that is kept, whether or not anybody still listens; a rule
    /// that forbids it meanwhile breaks it off.
    ///
    /// # Errors
    /// [`GatewayError`]: nothing has come yet.
    pub async fn stream_own(
        &self,
        call: CallContext,
        key: &str,
        question: Value,
    ) -> Result<Answering, GatewayError> {
        let (begun, own) = self.begin_own(&call, key, &question).await?;
        let opened = self.while_allowed(&call, &begun, own.relay.stream(&own.model(), question)).await;
        let stream = match opened {
            Ok(stream) => stream,
            Err(error) => return Err(self.fail(&call, begun, error).await),
        };
        let call_id = begun.id;
        let (send, events) = mpsc::channel(WAITING);
        let gateway = self.clone();
        tokio::spawn(async move {
            if let Err(error) = gateway.pass_on(&call, begun, stream, &send).await {
                // Whoever has gone is told nothing.
                let _ = send.send(Err(error)).await;
            }
        });
        Ok(Answering { call_id, events })
    }

    async fn pass_on(
        &self,
        call: &CallContext,
        begun: Begun,
        mut stream: ChatStream,
        to: &mpsc::Sender<Result<Bytes, GatewayError>>,
    ) -> Result<(), GatewayError> {
        let mut whole = String::new();
        let read = async {
            while let Some(event) = stream.event().await? {
                whole.push_str(&String::from_utf8_lossy(&event));
                // Whoever asked may have gone; what the answer cost is known at its end.
                let _ = to.send(Ok(event)).await;
            }
            Ok::<_, GatewayError>(())
        };
        let read = self.while_allowed(call, &begun, read).await;
        let answer = read.map(|()| (whole, used(stream.tokens())));
        let governed = self.end(call, begun, answer).await?;
        let mut tx = self.database.begin(call.actor.clone()).await?;
        governed.keep(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn begin_own(
        &self,
        call: &CallContext,
        key: &str,
        question: &Value,
    ) -> Result<(Begun, Own), GatewayError> {
        let input_hash = self.hash_input(call, &bytes(question)?).await?;
        let tx = self.database.begin(call.actor.clone()).await?;
        let found = systems::store::find_own(&tx, key).await;
        let found =
            found.map(|found| found.and_then(|(system, key)| Some((system.own.clone()?, system, key))));
        let (own, system, key) = match found {
            Ok(Some(found)) => found,
            missing => {
                tx.end().await?;
                missing?;
                return Err(GatewayError::Forbidden(ErrorCode::SystemMissing));
            }
        };
        let prices = Prices {
            million_input_tokens: own.million_input_tokens_micro_usd.map(dollars),
            million_output_tokens: own.million_output_tokens_micro_usd.map(dollars),
            ..Prices::default()
        };
        let begun = self.enter(tx, call, system, Some(prices), self.relay.is_some(), input_hash).await?;
        let relay = self.relay.clone().ok_or(GatewayError::Forbidden(ErrorCode::SystemMissing))?;
        Ok((begun, Own { relay, own, key }))
    }
}

struct Own {
    relay: ChatRelay,
    own: OwnSystem,
    key: Option<Phi<String>>,
}

impl Own {
    fn model(&self) -> ChatModel<'_> {
        ChatModel {
            address: &self.own.address,
            model: &self.own.model,
            key: self.key.as_ref().map(|key| key.reveal().as_str()),
        }
    }
}

fn dollars(micro: u64) -> f64 {
    micro as f64 / 1_000_000.0
}

fn used(tokens: Option<Tokens>) -> Usage {
    Usage {
        input_tokens: tokens.map(|tokens| tokens.read),
        output_tokens: tokens.map(|tokens| tokens.written),
        ..Usage::default()
    }
}
