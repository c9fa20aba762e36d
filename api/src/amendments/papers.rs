//! `POST /amendments/{id}/papers`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::amendments;
use shared::{
    AmendmentId,
    amendments::{AmendmentView, NewPaper},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Keeps what followed an answer, each once: the person's statement of disagreement with a denial, the practice's
/// rebuttal, or who else was told of a change (45 CFR 164.526(c)(3), (d)(2) and (3)).
#[utoipa::path(
    operation_id = "add_amendment_paper",
    tag = "requests",
    params(("id" = AmendmentId, Path)),
    request_body = NewPaper,
    responses(
        (status = 200, description = "Kept", body = AmendmentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`paper_misplaced`: there is one already, or nothing that it could follow", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/amendments/{id}/papers")]
pub async fn add_paper(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<AmendmentId>,
    body: Body<NewPaper>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(paper)) = (id.into_inner(), body);
    let request = app
        .act(who.actor, Event::of(Action::AmendmentPaperAdded, id), async |tx| {
            amendments::add_paper(tx, who.granted, id, &paper).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
