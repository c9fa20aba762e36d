//! `POST /retention/preview`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::retention;
use scribe::recordings;
use shared::{
    errors::{Checks, Problem},
    practice::{RECORDING_DAYS, TRANSCRIPT_DAYS},
    retention::{PreviewRetention, RetentionPreview},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Counts what rules would remove. Nothing is changed.
#[utoipa::path(
    operation_id = "preview_retention",
    tag = "retention",
    request_body = PreviewRetention,
    responses(
        (status = 200, description = "Counted", body = RetentionPreview),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[post("/retention/preview")]
pub async fn preview(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    body: Body<PreviewRetention>,
) -> Result<HttpResponse, Refusal> {
    let Body(asked) = body;
    let mut checks = Checks::new();
    for (field, days, range) in [
        ("recording_days", asked.recording_days, RECORDING_DAYS),
        ("transcript_days", asked.transcript_days, TRANSCRIPT_DAYS),
    ] {
        if let Some(days) = days {
            checks.number(field, days, range);
        }
    }
    checks.done().map_err(Refusal::invalid)?;
    let counted = app
        .act(who.actor, Event::general(Action::RetentionPreviewed), async |tx| {
            let charts = retention::preview(tx, who.granted, asked.chart_rule.as_ref()).await?;
            let recordings = match asked.recording_days {
                Some(days) => Some(recordings::count_outlived(tx, days).await?),
                None => None,
            };
            let transcripts = match asked.transcript_days {
                Some(days) => Some(recordings::count_with_outlived_words(tx, days).await?),
                None => None,
            };
            Ok::<_, Refusal>(RetentionPreview { charts, recordings, transcripts })
        })
        .await?;
    Ok(HttpResponse::Ok().json(counted))
}
