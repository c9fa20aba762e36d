//! What touches risk in the session of a note: `GET /notes/{id}/risk`, and `PUT` and `DELETE` of a line's dismissal.

use access::perm;
use actix_web::{HttpResponse, delete, get, put, web};
use audit::{Action, Event};
use clinical::notes::{self, DismissedBy};
use shared::{
    NoteId, SegmentId,
    errors::Problem,
    risk::{DismissRisk, RiskReview},
};

use crate::{
    App, Refusal,
    engines::RISK_LEXICON,
    extract::{Body, Require},
};

/// Every line of the note's session that touches risk, with whether the note cites it or somebody has dismissed it.
#[utoipa::path(
    operation_id = "load_note_risk",
    tag = "notes",
    params(("id" = NoteId, Path)),
    responses(
        (status = 200, description = "Found", body = RiskReview),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.read")))
)]
#[get("/notes/{id}/risk")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadNotes>,
    id: web::Path<NoteId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let review = app
        .act(who.actor, Event::of(Action::NoteRead, id), async |tx| {
            notes::load_risk(tx, who.granted, id, RISK_LEXICON).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(review))
}

/// Says why a line about risk needs no place in the note. The line is named by its first segment.
#[utoipa::path(
    operation_id = "dismiss_note_risk",
    tag = "notes",
    params(("id" = NoteId, Path), ("segment_id" = SegmentId, Path)),
    request_body = DismissRisk,
    responses(
        (status = 204, description = "Done"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: also where no line about risk begins with this segment", body = Problem),
        (status = 409, description = "`already_signed`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.sign")))
)]
#[put("/notes/{id}/risk/{segment_id}/dismissal")]
pub async fn dismiss(
    app: web::Data<App>,
    who: Require<perm::SignNotes>,
    ids: web::Path<(NoteId, SegmentId)>,
    body: Body<DismissRisk>,
) -> Result<HttpResponse, Refusal> {
    let (ids, Body(dismiss)) = (ids.into_inner(), body);
    app.act::<_, Refusal>(who.actor, Event::of(Action::RiskDismissed, ids.0), async |tx| {
        let name = DismissedBy(identity::load_me(tx).await?.user.name);
        Ok(notes::dismiss_risk(tx, who.granted, ids, dismiss, name, RISK_LEXICON).await?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes back that a line about risk needs no place in the note.
#[utoipa::path(
    operation_id = "take_back_note_risk_dismissal",
    tag = "notes",
    params(("id" = NoteId, Path), ("segment_id" = SegmentId, Path)),
    responses(
        (status = 204, description = "Done"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`already_signed`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.sign")))
)]
#[delete("/notes/{id}/risk/{segment_id}/dismissal")]
pub async fn take_back(
    app: web::Data<App>,
    who: Require<perm::SignNotes>,
    ids: web::Path<(NoteId, SegmentId)>,
) -> Result<HttpResponse, Refusal> {
    let ids = ids.into_inner();
    app.act(who.actor, Event::of(Action::RiskDismissalTakenBack, ids.0), async |tx| {
        notes::take_back_dismissal(tx, who.granted, ids).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
