//! `GET /invitations`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::invitations;
use shared::{
    errors::Problem,
    page::{Page, PageQuery},
    people::InvitationView,
};

use crate::{App, Refusal, extract::Require};

/// Who is invited and has not come yet.
#[utoipa::path(
    operation_id = "list_invitations",
    tag = "people",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<InvitationView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.read")))
)]
#[get("/invitations")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadPeople>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let invitations = app
        .act(who.actor, Event::general(Action::InvitationsListed), async |tx| {
            invitations::list(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(invitations))
}
