//! `POST /me/second-factors/recovery-codes`

use actix_web::{HttpResponse, http::header, post, web};
use audit::{Action, Event};
use shared::{errors::Problem, second_factors::RecoveryCodes};

use super::shown_once;
use crate::{App, Refusal, extract::Anyone};

/// New recovery codes, shown this once; the old ones are worth nothing any more. Asks for a fresh second
/// factor.
#[utoipa::path(
    operation_id = "renew_recovery_codes",
    tag = "sign-in",
    responses(
        (status = 200, description = "The new ones", body = RecoveryCodes),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`step_up_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/me/second-factors/recovery-codes")]
pub async fn renew(app: web::Data<App>, who: Anyone) -> Result<HttpResponse, Refusal> {
    let attempt = Event::general(Action::RecoveryCodesRenewed);
    let codes = app
        .act(who.actor, attempt, async |tx| {
            let fresh = identity::fresh(tx).await?;
            Ok::<_, Refusal>(identity::renew_recovery_codes(tx, fresh).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(shown_once(codes)))
}
