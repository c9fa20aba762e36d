//! `GET /recordings/{id}/audio`: the sound, opened as it is sent, by `Range` (RFC 9110 §14).

use access::perm;
use actix_web::{
    FromRequest as _, HttpRequest, HttpResponse,
    dev::Payload,
    get,
    http::{StatusCode, header},
    web,
};
use audit::{Action, Event};
use scribe::recordings;
use shared::{
    RecordingId,
    errors::{ErrorCode, Problem},
};

use super::{
    range::{Wanted, parse},
    ticket,
};
use crate::{App, Refusal, extract::Require, middleware::count, rate_limits::Class};

/// The sound of a recording, whole or a range of it. By access token or by ticket.
#[utoipa::path(
    operation_id = "hear_recording",
    tag = "recordings",
    params(("id" = RecordingId, Path)),
    responses(
        (status = 200, description = "All of it", content_type = "audio/*"),
        (status = 206, description = "The range that was asked for", content_type = "audio/*"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 410, description = "`sound_removed`", body = Problem),
        (status = 416, description = "`range_not_satisfiable`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.read")))
)]
#[get("/recordings/{id}/audio")]
pub async fn audio(
    app: web::Data<App>,
    id: web::Path<RecordingId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let who = if request.headers().contains_key(header::AUTHORIZATION) {
        let who = Require::<perm::ReadRecordings>::from_request(&request, &mut Payload::None).await?;
        count(&request, Class::Recordings, Some(&who.actor)).await?;
        who
    } else {
        let actor = ticket::of(id).holder(&app, &request).await?;
        let granted = actor.require()?;
        Require { actor, granted }
    };
    let scribe = app.scribe.clone();
    let sound = app
        .act(who.actor, Event::of(Action::RecordingHeard, id), async |tx| {
            recordings::sound(&scribe, tx, who.granted, id).await
        })
        .await?;
    let size = sound.size();
    let wanted = request.headers().get(header::RANGE).and_then(|value| value.to_str().ok());
    let (status, range) = match wanted.map(|wanted| parse(wanted, size)) {
        None | Some(Wanted::Everything) => (StatusCode::OK, 0..size),
        Some(Wanted::Part(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Some(Wanted::Nothing) => {
            let refusal = Refusal::new(ErrorCode::RangeNotSatisfiable);
            let there = header::HeaderValue::try_from(format!("bytes */{size}")).map_err(Refusal::failed)?;
            return Err(refusal.with_header(header::CONTENT_RANGE, there));
        }
    };
    let mut response = HttpResponse::build(status);
    response
        .content_type(sound.media_type.clone())
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
        response.insert_header((header::CONTENT_RANGE, range));
    }
    response.no_chunking(range.end - range.start);
    Ok(response.streaming(sound.read(range)))
}
