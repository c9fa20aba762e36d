//! `PATCH /practice`

use access::perm;
use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use shared::{
    errors::Problem,
    practice::{EditPractice, PracticeSettings},
};

use crate::{
    App, Refusal,
    extract::{Body, IfMatch, Require, etag},
};

/// Changes the practice's settings. How people sign in (`session_hours`, `idle_lock_minutes`,
/// `password_min_length`, `second_factor_for_all`) asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "edit_practice",
    tag = "practice",
    params(("If-Match" = String, Header, description = "The `ETag` that the change is meant for")),
    request_body = EditPractice,
    responses(
        (status = 200, description = "Changed", body = PracticeSettings),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 412, description = "`precondition_failed`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("practice.write")))
)]
#[patch("/practice")]
pub async fn edit(
    app: web::Data<App>,
    who: Require<perm::WritePractice>,
    expected: IfMatch,
    body: Body<EditPractice>,
) -> Result<HttpResponse, Refusal> {
    let (IfMatch(expected), Body(edit)) = (expected, body);
    let settings = app
        .act(who.actor, Event::general(Action::PracticeEdited), async |tx| {
            identity::edit_practice(tx, who.granted, expected, edit).await
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(settings.revision)).json(settings))
}
