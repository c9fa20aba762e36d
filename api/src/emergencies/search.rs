//! `POST /emergency-access/search`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::clients;
use identity::emergencies;
use shared::{
    emergencies::{FindInEmergency, FoundInEmergency},
    errors::Problem,
    page::Page,
};

use super::begin_unseen;
use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Finds a client by both names and the date of birth, exactly, or by the external id, whether one sees them
/// or not. Answers with ids and initials; ten times an hour.
#[utoipa::path(
    operation_id = "search_in_emergency",
    tag = "emergency",
    request_body = FindInEmergency,
    responses(
        (status = 200, description = "Found, or nobody", body = Page<FoundInEmergency>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 429, description = "`rate_limited`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.break_glass")))
)]
#[post("/emergency-access/search")]
pub async fn search(
    app: web::Data<App>,
    who: Require<perm::BreakGlass>,
    body: Body<FindInEmergency>,
) -> Result<HttpResponse, Refusal> {
    let Body(wanted) = body;
    let attempt = Event::general(Action::EmergencySearched);
    // Counted and recorded before anything is looked for.
    app.act(who.actor.clone(), attempt, async |tx| {
        clients::check_search(&wanted)?;
        Ok::<_, Refusal>(emergencies::count_search(tx, who.granted).await?)
    })
    .await?;
    let tx = begin_unseen(&app, &who.actor).await?;
    let found = clients::find_exactly(&tx, who.granted, &wanted).await;
    tx.end().await?;
    Ok(HttpResponse::Ok().json(Page { items: found?, next_cursor: None }))
}
