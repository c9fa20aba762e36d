//! `PUT /sso/connections/{id}`

use access::perm;
use actix_web::{HttpResponse, put, web};
use audit::{Action, Event};
use identity::sso as connections;
use shared::{
    SsoConnectionId,
    errors::{ErrorCode, Problem},
    sso::{SsoConnectionView, SsoSettings},
};

use super::base_url;
use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Changes a connection to what is said; its kind and, with WorkOS, its organisation stay, and a secret
/// that is left out. Asks for a fresh second factor.
#[utoipa::path(
    operation_id = "change_sso_connection",
    tag = "single sign-on",
    params(("id" = SsoConnectionId, Path)),
    request_body = SsoSettings,
    responses(
        (status = 200, description = "Changed", body = SsoConnectionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`sso_domain_taken`, `sso_untried`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[put("/sso/connections/{id}")]
pub async fn change(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<SsoConnectionId>,
    body: Body<SsoSettings>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(settings)) = (id.into_inner(), body);
    let changed = app
        .act(who.actor, Event::of(Action::SsoConnectionEdited, id), async |tx| {
            connections::change(tx, who.granted, id, &settings).await?;
            let changed = connections::load_view(tx, who.granted, id, base_url(&app)).await?;
            changed.ok_or_else(|| Refusal::new(ErrorCode::NotFound))
        })
        .await?;
    Ok(HttpResponse::Ok().json(changed))
}
