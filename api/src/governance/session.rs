//! `GET` and `PUT /encounters/{id}/ai-systems`

use access::perm;
use actix_web::{HttpResponse, get, put, web};
use audit::{Action, Event};
use clinical::{consents::standings, encounters::clients_of};
use shared::{
    EncounterId,
    errors::Problem,
    governance::{AiData, ChooseForSession, SessionSystem},
    page::Page,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// The AI systems that may be used for a session, which of them are, and which of these leave this computer.
#[utoipa::path(
    operation_id = "list_session_systems",
    tag = "governance",
    params(("id" = EncounterId, Path)),
    responses(
        (status = 200, description = "All of them", body = Page<SessionSystem>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("encounters.read")))
)]
#[get("/encounters/{id}/ai-systems")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadEncounters>,
    id: web::Path<EncounterId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let gateway = app.scribe.gateway.clone();
    let items = app
        .act(who.actor, Event::of(Action::SessionSystemsListed, id), async |tx| {
            gateway.register(tx).await?;
            let clients = clients_of(tx, id).await?;
            let judge = gateway.judge(tx, AiData::Client, Some(standings(tx, id).await?)).await?;
            ::governance::systems::list_of_session(tx, who.granted, id, clients, &judge).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}

/// Chooses an AI system for one session in place of the practice's, or leaves it to the practice again. From the next call on
/// that holds; what was heard before stays.
#[utoipa::path(
    operation_id = "choose_session_system",
    tag = "governance",
    params(("id" = EncounterId, Path)),
    request_body = ChooseForSession,
    responses(
        (status = 200, description = "Chosen", body = Page<SessionSystem>),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`ai_system_off`: what is off is not chosen", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[put("/encounters/{id}/ai-systems")]
pub async fn choose(
    app: web::Data<App>,
    who: Require<perm::WriteRecordings>,
    id: web::Path<EncounterId>,
    body: Body<ChooseForSession>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let gateway = app.scribe.gateway.clone();
    let items = app
        .act(who.actor, Event::of(Action::SessionSystemChosen, id), async |tx| {
            let clients = clients_of(tx, id).await?;
            let judge = gateway.judge(tx, AiData::Client, Some(standings(tx, id).await?)).await?;
            ::governance::systems::choose_for_session(tx, who.granted, id, clients, &body.0, &judge).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
