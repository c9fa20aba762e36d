//! `GET /jobs/{id}`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{JobId, errors::Problem, jobs::JobView};

use crate::{App, Refusal, extract::Require};

/// How far a job is.
#[utoipa::path(
    operation_id = "load_job",
    tag = "jobs",
    params(("id" = JobId, Path)),
    responses(
        (status = 200, description = "Found", body = JobView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("jobs.read")))
)]
#[get("/jobs/{id}")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadJobs>,
    id: web::Path<JobId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let job = app
        .act(who.actor, Event::of(Action::JobRead, id), async |tx| {
            scribe::jobs::load(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(job))
}
