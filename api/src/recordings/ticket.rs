//! `POST /recordings/{id}/audio-ticket`: an `<audio>` element sends no header, so it listens by a ticket
//! that is good for one recording and a quarter of an hour.

use access::perm;
use actix_web::{HttpRequest, HttpResponse, post, web};
use audit::{Action, Event};
use chrono::TimeDelta;
use scribe::recordings;
use shared::{
    RecordingId,
    errors::{ErrorCode, Problem},
    recordings::AudioTicket,
};

use crate::{App, Refusal, extract::Require, middleware::count, rate_limits::Class, tickets::Ticket};

/// The ticket for one recording.
pub fn of(id: RecordingId) -> Ticket {
    Ticket {
        name: "audio-ticket",
        url: format!("/api/v1/recordings/{id}/audio"),
        about: id.0,
        lasts: TimeDelta::minutes(15),
    }
}

/// Opens the sound of one recording to this browser for a quarter of an hour.
#[utoipa::path(
    operation_id = "ticket_recording",
    tag = "recordings",
    params(("id" = RecordingId, Path)),
    responses(
        (status = 200, description = "The cookie is set", body = AudioTicket),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.read")))
)]
#[post("/recordings/{id}/audio-ticket")]
pub async fn ticket(
    app: web::Data<App>,
    who: Require<perm::ReadRecordings>,
    id: web::Path<RecordingId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    count(&request, Class::Recordings, Some(&who.actor)).await?;
    let session = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?.session_id;
    app.act(who.actor, Event::of(Action::RecordingRead, id), async |tx| {
        recordings::load(tx, who.granted, id).await
    })
    .await?;
    let ticket = of(id);
    let expires_in = ticket.lasts.num_seconds().unsigned_abs();
    let cookie = ticket.cookie(&app, session);
    Ok(HttpResponse::Ok().cookie(cookie).json(AudioTicket { url: ticket.url, expires_in }))
}
