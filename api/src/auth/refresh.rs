//! `POST /auth/refresh`

use access::Actor;
use actix_web::{HttpRequest, HttpResponse, post, web};
use identity::RefreshError;
use shared::{
    auth::SignedIn,
    errors::{ErrorCode, Problem},
};

use super::{cookie, same_origin, signed_in};
use crate::{App, Refusal, middleware::current_request};

/// Exchanges the refresh cookie for a new access token and the next cookie. A cookie used twice
/// ends the sign-in: one of the two holders has stolen it.
#[utoipa::path(
    tag = "sign-in",
    responses(
        (status = 200, description = "A new access token; the next refresh token is in the cookie", body = SignedIn),
        (status = 401, description = "`session_expired`, `refresh_reused`", body = Problem),
        (status = 403, description = "`cross_site`: another page asks", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/refresh", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_anybody)")]
pub async fn refresh(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    same_origin::check(&app, &request)?;
    let token = cookie::read_refresh(&app, &request).ok_or(ErrorCode::SessionExpired)?;
    let (session_id, practice_id) =
        identity::practice_of_refresh_token(&app.database.lookup(), &token).await?;
    let actor = Actor::system("system:sign-in", practice_id, current_request());
    let mut tx = app.database.begin(actor).await?;
    match identity::refresh(&mut tx, session_id, &token).await {
        Ok(opened) => {
            tx.commit().await?;
            let mut response = HttpResponse::Ok();
            cookie::set_refresh(&app, &mut response, &opened);
            Ok(response.json(signed_in(&app, &opened)?))
        }
        Err(RefreshError::Reused) => {
            // The end of the sign-in is kept even though the request is refused.
            tx.commit().await?;
            Err(ErrorCode::RefreshReused.into())
        }
        Err(other) => {
            tx.end().await?;
            Err(other.into())
        }
    }
}
