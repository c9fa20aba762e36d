//! `GET /recordings/{id}/audio`: the sound, opened as it is sent, by `Range` (RFC 9110 §14).

use std::ops::Range;

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

use super::ticket;
use crate::{App, Refusal, extract::Require};

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
        Require::<perm::ReadRecordings>::from_request(&request, &mut Payload::None).await?
    } else {
        ticket::holder(&app, &request, id).await?
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

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Everything,
    Part(Range<u64>),
    Nothing,
}

/// One range of bytes. Several ranges, or something else, may be answered with everything (§14.2).
fn parse(header: &str, size: u64) -> Wanted {
    let Some((from, to)) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Everything;
    };
    let range = match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(size),
        (Ok(from), Err(_)) if to.trim().is_empty() => from..size,
        (Err(_), Ok(last)) if from.trim().is_empty() => size.saturating_sub(last)..size,
        _ => return Wanted::Everything,
    };
    if range.start < range.end { Wanted::Part(range) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_rfc_says() {
        assert_eq!(parse("bytes=0-99", 1000), Wanted::Part(0..100));
        assert_eq!(parse("bytes=900-", 1000), Wanted::Part(900..1000));
        assert_eq!(parse("bytes=-100", 1000), Wanted::Part(900..1000));
        assert_eq!(parse("bytes=0-99999", 1000), Wanted::Part(0..1000));
        assert_eq!(parse("bytes=1000-", 1000), Wanted::Nothing);
        assert_eq!(parse("bytes=0-1,5-6", 1000), Wanted::Everything);
        assert_eq!(parse("lines=1-2", 1000), Wanted::Everything);
    }
}
