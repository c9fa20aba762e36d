//! `POST /jobs/{id}/cancel`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{JobId, errors::Problem, jobs::JobView};

use crate::{App, Refusal, extract::Require};

/// Stops a job at its next step. What it has kept so far stays.
#[utoipa::path(
    operation_id = "cancel_job",
    tag = "jobs",
    params(("id" = JobId, Path)),
    responses(
        (status = 200, description = "Done", body = JobView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`conflict`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[post("/jobs/{id}/cancel")]
pub async fn cancel(
    app: web::Data<App>,
    who: Require<perm::WriteRecordings>,
    id: web::Path<JobId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let job = app
        .act(who.actor, Event::of(Action::JobCancelled, id), async |tx| {
            scribe::jobs::cancel(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(job))
}
