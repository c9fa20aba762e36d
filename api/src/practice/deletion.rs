//! `/practice/deletion` and `GET /deletions/{id}`: the end of the practice, and the proof of it.

use access::perm;
use actix_web::{HttpResponse, delete, get, post, web};
use audit::{Action, Event};
use identity::deletions::{self, Certificates};
use shared::{
    DeletionId,
    deletions::{DeletionStatus, DeletionView, RequestDeletion},
    errors::{ErrorCode, Problem},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Whether a deletion waits, and whether an archive was made that would let one be asked for.
#[utoipa::path(
    operation_id = "load_deletion",
    tag = "practice",
    responses(
        (status = 200, description = "As asked", body = DeletionStatus),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("practice.delete")))
)]
#[get("/practice/deletion")]
pub async fn load(app: web::Data<App>, who: Require<perm::DeletePractice>) -> Result<HttpResponse, Refusal> {
    let certificates = Certificates::of(&app.database)?;
    let status = app
        .act(who.actor, Event::general(Action::DeletionRead), async |tx| {
            deletions::load(tx, who.granted, &certificates).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(status))
}

/// Has the practice deleted in 14 days, with every client, session, recording and note in it. Asks for an archive of
/// everything made within 30 days, and for a second factor shown within five minutes. The owners and the privacy
/// contact are told.
#[utoipa::path(
    operation_id = "ask_for_deletion",
    tag = "practice",
    request_body = RequestDeletion,
    responses(
        (status = 201, description = "It waits", body = DeletionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 409, description = "`export_first`, `deletion_requested`, `on_legal_hold`", body = Problem),
        (status = 422, description = "`validation`: the name is another", body = Problem),
    ),
    extensions(("x-permission" = json!("practice.delete")))
)]
#[post("/practice/deletion")]
pub async fn ask(
    app: web::Data<App>,
    who: Require<perm::DeletePractice>,
    body: Body<RequestDeletion>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let certificates = Certificates::of(&app.database)?;
    let base_url = app.config.server.base_url.trim_end_matches('/');
    let asked = app
        .act(who.actor, Event::general(Action::DeletionRequested), async |tx| {
            deletions::ask(tx, who.granted, &request, &certificates, base_url).await
        })
        .await?;
    Ok(HttpResponse::Created().json(asked))
}

/// Withdraws the deletion that waits. Asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "withdraw_deletion",
    tag = "practice",
    responses(
        (status = 204, description = "The practice stays"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`: none waits, or it has begun", body = Problem),
    ),
    extensions(("x-permission" = json!("practice.delete")))
)]
#[delete("/practice/deletion")]
pub async fn withdraw(
    app: web::Data<App>,
    who: Require<perm::DeletePractice>,
) -> Result<HttpResponse, Refusal> {
    app.act(who.actor, Event::general(Action::DeletionWithdrawn), async |tx| {
        deletions::withdraw(tx, who.granted).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// How far a deletion is, and its certificate once nothing is left. For whoever has the link; it is about nobody.
#[utoipa::path(
    operation_id = "show_deletion",
    tag = "practice",
    params(("id" = DeletionId, Path)),
    responses(
        (status = 200, description = "As asked", body = DeletionView),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[get("/deletions/{id}", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn show(app: web::Data<App>, id: web::Path<DeletionId>) -> Result<HttpResponse, Refusal> {
    let certificates = Certificates::of(&app.database)?;
    let found = deletions::load_public(&app.database, id.into_inner(), &certificates).await?;
    Ok(HttpResponse::Ok().json(found.ok_or(ErrorCode::NotFound)?))
}
