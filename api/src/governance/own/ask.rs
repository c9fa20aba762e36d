//! `POST /ai/chat/completions`

use access::{AccessError, Actor, Tx, perm};
use actix_web::{HttpResponse, http::header, post, web};
use audit::{Action, Event};
use bytes::Bytes;
use clinical::{clients::is_visible, consents::standings_of, encounters::clients_of};
use futures_util::stream;
use governance::{Answering, CallContext};
use serde::Deserialize;
use serde_json::{Map, Value};
use shared::{
    ClientId, EncounterId,
    consents::Standings,
    errors::{ErrorCode, Problem},
    governance::{AiData, ChatQuestion},
};

use super::errors;
use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// By which the answer says which row of the ledger is its own.
const CALL_ID: &str = "x-ai-call-id";

/// Whose data goes in.
#[derive(Clone, Copy)]
enum About {
    Session(EncounterId),
    Client(ClientId),
    Nobody,
}

/// What a program says of its question in `metadata`; the rest of that goes on.
#[derive(Deserialize)]
struct Said {
    encounter_id: Option<EncounterId>,
    client_id: Option<ClientId>,
    synthetic: Option<String>,
}

/// Asks an AI system of the practice's own, as OpenAI's API is asked: a program names this server as its `base_url`, its key of
/// this server as its `api_key` and the system as its `model`. In `metadata` it says whose data goes in: `encounter_id` or
/// `client_id`, or `synthetic` (`"true"`) where it is made up. What the rules forbid is not asked and stands in the ledger with all
/// reasons; what is asked goes on without these three and comes back as it is, whole or event by event. A refusal has OpenAI's
/// `error` as well.
#[utoipa::path(
    operation_id = "ask_own_ai_system",
    tag = "governance",
    request_body = ChatQuestion,
    responses(
        (status = 200, description = "The answer of the system; `x-ai-call-id` names its row of the ledger", body = Object),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: the session or client", body = Problem),
        (status = 409, description = "Why the call is not allowed, e.g. `agreement_missing`", body = Problem),
        (status = 422, description = "`validation`: it is not said whose data goes in", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
        (status = 502, description = "`engine_failed`, `ai_service_refuses`", body = Problem),
        (status = 503, description = "`ai_system_missing`: the practice has none by this name", body = Problem),
    ),
    extensions(("x-permission" = json!("ai.ask")))
)]
#[post("/ai/chat/completions")]
pub async fn ask(
    app: web::Data<App>,
    who: Require<perm::AskAi>,
    body: Body<Map<String, Value>>,
) -> HttpResponse {
    match asked(&app, who.actor, body.0).await {
        Ok(response) => response,
        Err(refusal) => errors::answer(&refusal),
    }
}

async fn asked(app: &App, actor: Actor, mut question: Map<String, Value>) -> Result<HttpResponse, Refusal> {
    let about = take_about(&mut question)?;
    let Some(Value::String(key)) = question.get("model").cloned() else {
        return Err(errors::invalid("model", "Say which system is asked."));
    };
    if !question.get("messages").is_some_and(Value::is_array) {
        return Err(errors::invalid("messages", "Say what is asked."));
    }
    let streams = question.get("stream").and_then(Value::as_bool).unwrap_or_default();
    let (data, consents) =
        app.act(actor.clone(), Event::general(Action::AiAsked), async |tx| look_up(tx, about).await).await?;
    let call = CallContext {
        on_behalf_of: actor.user_id(),
        actor,
        encounter_id: match about {
            About::Session(id) => Some(id),
            About::Client(_) | About::Nobody => None,
        },
        job_id: None,
        data,
        consents,
    };
    let gateway = app.scribe.gateway.clone();
    let question = Value::Object(question);
    if streams {
        let answering = gateway.stream_own(call, &key, question).await?;
        return Ok(events(answering));
    }
    // A program that hangs up ends no call: what it cost belongs into the ledger.
    let asking = tokio::spawn(async move { gateway.ask_own(&call, &key, question).await });
    let (id, answer) = asking.await.map_err(Refusal::failed)??;
    Ok(HttpResponse::Ok()
        .insert_header((CALL_ID, id.to_string()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(answer))
}

/// Takes out of the question whose data it holds.
fn take_about(question: &mut Map<String, Value>) -> Result<About, Refusal> {
    let refused = || {
        let how = "Say in metadata whose data goes in: encounter_id, client_id, or synthetic as \"true\".";
        errors::invalid("metadata", how)
    };
    let Some(Value::Object(metadata)) = question.get_mut("metadata") else { return Err(refused()) };
    let said = Said::deserialize(Value::Object(metadata.clone())).map_err(|_no_id| refused())?;
    for ours in ["encounter_id", "client_id", "synthetic"] {
        metadata.remove(ours);
    }
    if metadata.is_empty() {
        question.remove("metadata");
    }
    match (said.encounter_id, said.client_id, said.synthetic.as_deref()) {
        (Some(id), None, None) => Ok(About::Session(id)),
        (None, Some(id), None) => Ok(About::Client(id)),
        (None, None, Some("true")) => Ok(About::Nobody),
        _ => Err(refused()),
    }
}

async fn look_up(tx: &mut Tx, about: About) -> Result<(AiData, Option<Standings>), Refusal> {
    let clients = match about {
        About::Session(id) => clients_of(tx, id).await?,
        About::Client(id) if is_visible(tx, id).await? => vec![id],
        About::Client(_) | About::Nobody => Vec::new(),
    };
    if matches!(about, About::Nobody) {
        tx.record(Event::general(Action::AiAsked));
        return Ok((AiData::Synthetic, None));
    }
    if clients.is_empty() {
        return Err(ErrorCode::NotFound.into());
    }
    let standings = standings_of(tx, &clients).await?;
    tx.record(Event::general(Action::AiAsked).about_all(clients));
    Ok((AiData::Client, Some(standings)))
}

fn events(answering: Answering) -> HttpResponse {
    let Answering { call_id, events } = answering;
    let body = stream::unfold(events, async |mut events| {
        let event = match events.recv().await? {
            Ok(event) => event,
            Err(error) => Bytes::from(errors::event(error.code())),
        };
        Some((Ok::<_, AccessError>(event), events))
    });
    HttpResponse::Ok()
        .insert_header((CALL_ID, call_id.to_string()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/event-stream")
        .streaming(body)
}
