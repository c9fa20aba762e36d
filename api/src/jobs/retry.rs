//! `POST /jobs/{id}/retry`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{JobId, errors::Problem, jobs::JobView};

use crate::{App, Refusal, extract::Require};

/// Tries a failed or cancelled job again; it goes on where it was.
#[utoipa::path(
    operation_id = "retry_job",
    tag = "jobs",
    params(("id" = JobId, Path)),
    responses(
        (status = 200, description = "Done", body = JobView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`job_not_retryable`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[post("/jobs/{id}/retry")]
pub async fn retry(
    app: web::Data<App>,
    who: Require<perm::WriteRecordings>,
    id: web::Path<JobId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let job = app
        .act(who.actor, Event::of(Action::JobRetried, id), async |tx| {
            scribe::jobs::retry(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(job))
}
