//! `GET /recordings/{id}`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use scribe::recordings;
use shared::{RecordingId, errors::Problem, recordings::RecordingView};

use crate::{App, Refusal, extract::Require};

/// How far a recording is.
#[utoipa::path(
    operation_id = "load_recording",
    tag = "recordings",
    params(("id" = RecordingId, Path)),
    responses(
        (status = 200, description = "Found", body = RecordingView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.read")))
)]
#[get("/recordings/{id}")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadRecordings>,
    id: web::Path<RecordingId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let view = app
        .act(who.actor, Event::of(Action::RecordingRead, id), async |tx| {
            recordings::load(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
