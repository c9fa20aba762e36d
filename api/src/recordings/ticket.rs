//! `POST /recordings/{id}/audio-ticket`: an `<audio>` element sends no header, so it listens by a cookie
//! that is good for one recording and a quarter of an hour.

use access::{Actor, perm};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    post, web,
};
use audit::{Action, Event};
use chrono::{DateTime, TimeDelta};
use scribe::recordings;
use shared::{
    RecordingId, SessionId,
    errors::{ErrorCode, Problem},
    recordings::AudioTicket,
};

use crate::{
    App, Refusal,
    extract::Require,
    middleware::{count, counted, current_request_id},
    rate_limits::Class,
};

const NAME: &str = "audio-ticket";
const LASTS: TimeDelta = TimeDelta::minutes(15);

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
    let url = format!("/api/v1/recordings/{id}/audio");
    let expires = (app.database.clock().now() + LASTS).timestamp();
    let value = format!("{session}.{expires}.{}", mac(&app, id, session, expires));
    let cookie = Cookie::build(NAME, value)
        .path(url.clone())
        .http_only(true)
        .secure(app.config.server.cookie_secure)
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(LASTS.num_seconds()))
        .finish();
    let expires_in = LASTS.num_seconds().unsigned_abs();
    Ok(HttpResponse::Ok().cookie(cookie).json(AudioTicket { url, expires_in }))
}

/// Who listens, by ticket. The sign-in behind it must still be live and the role must still allow it.
pub async fn holder(
    app: &App,
    request: &HttpRequest,
    id: RecordingId,
) -> Result<Require<perm::ReadRecordings>, Refusal> {
    let actor = counted(request, find_holder(app, request, id).await).await?;
    let granted = actor.require()?;
    Ok(Require { actor, granted })
}

async fn find_holder(app: &App, request: &HttpRequest, id: RecordingId) -> Result<Actor, Refusal> {
    let cookie = request.cookie(NAME).ok_or(ErrorCode::Unauthenticated)?;
    let mut fields = cookie.value().splitn(3, '.');
    let session = fields.next().and_then(|id| id.parse::<SessionId>().ok());
    let expires = fields.next().and_then(|time| time.parse::<i64>().ok());
    let (Some(session), Some(expires), Some(shown)) = (session, expires, fields.next()) else {
        return Err(ErrorCode::Unauthenticated.into());
    };
    let in_time = DateTime::from_timestamp(expires, 0).is_some_and(|end| end > app.database.clock().now());
    // Hashed before they are compared, so that the comparison's time tells nothing.
    let genuine = crypto::token_hash(shown) == crypto::token_hash(&mac(app, id, session, expires));
    if !in_time || !genuine {
        return Err(ErrorCode::Unauthenticated.into());
    }
    Ok(identity::resolve(&app.database.lookup(), session, &current_request_id()).await?)
}

fn mac(app: &App, id: RecordingId, session: SessionId, expires: i64) -> String {
    let parts: [&[u8]; 3] = [id.0.as_bytes(), session.0.as_bytes(), &expires.to_be_bytes()];
    let mac = app.database.server_key().keyed_hash("audio-ticket", &parts);
    hex::encode(mac)
}
