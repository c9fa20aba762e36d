//! `POST /sso/connections/{id}/check`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{
    SsoConnectionId,
    errors::{ErrorCode, Problem},
    sso::SsoCheck,
};

use super::provider;
use crate::{App, Refusal, extract::Require};

/// Asks the provider whether it can be used, and says what is in the way.
#[utoipa::path(
    operation_id = "check_sso_connection",
    tag = "single sign-on",
    params(("id" = SsoConnectionId, Path)),
    responses(
        (status = 200, description = "Asked", body = SsoCheck),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[post("/sso/connections/{id}/check")]
pub async fn check(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<SsoConnectionId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let practice_id = who.actor.practice_id();
    // The provider takes its time: no transaction stays open meanwhile.
    let connection = app
        .act(who.actor, Event::of(Action::SsoConnectionChecked, id), async |tx| {
            let connection = identity::sso::load_connection(tx, id).await?;
            tx.record(Event::of(Action::SsoConnectionChecked, id));
            connection.ok_or_else(|| Refusal::new(ErrorCode::NotFound))
        })
        .await?;
    let problem = provider::problem(&app, &connection, practice_id).await;
    Ok(HttpResponse::Ok().json(SsoCheck { usable: problem.is_none(), problem }))
}
