//! `POST /auth/register`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use crypto::Zeroizing;
use identity::Factors;
use shared::{
    PracticeId,
    auth::{Register, SignedIn},
    errors::{ErrorCode, Problem},
};

use super::{cookie, origin::Origin, signed_in};
use crate::{App, Refusal, extract::Body, middleware::current_request};

/// Registers a practice and its owner, and signs the owner in.
///
/// On the embedded database, which keeps one practice, a second one is refused.
#[utoipa::path(
    tag = "sign-in",
    request_body = Register,
    responses(
        (status = 201, description = "Registered and signed in; the refresh token is in a cookie", body = SignedIn),
        (status = 403, description = "`registration_closed`", body = Problem),
        (status = 409, description = "`email_taken`, `second_practice_refused`", body = Problem),
        (status = 422, description = "`validation`, `password_too_short`, `password_too_common`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/register", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn register(
    app: web::Data<App>,
    origin: Origin,
    body: Body<Register>,
) -> Result<HttpResponse, Refusal> {
    let (Origin(origin), Body(request)) = (origin, body);
    if !app.config.server.registration_open {
        return Err(ErrorCode::RegistrationClosed.into());
    }
    identity::RegisterError::check(&request)?;
    let password = Zeroizing::new(request.password.reveal().clone());
    let hash = app.passwords.hash(password).await?;
    let practice_id = PracticeId(app.database.clock().new_id());
    let actor = Actor::system("system:registration", practice_id, current_request());
    let mut tx = app.database.begin_practice(actor).await?;
    let user_id = match identity::register(&mut tx, &request, hash).await {
        Ok(user_id) => user_id,
        Err(refused) => {
            tx.end().await?;
            return Err(refused.into());
        }
    };
    let opened = identity::sign_in(&mut tx, user_id, Factors::PasswordAlone, &origin).await?;
    tx.record(Event::of(Action::AccountRead, user_id));
    tx.commit().await?;
    let mut response = HttpResponse::Created();
    cookie::set_refresh(&app, &mut response, &opened);
    cookie::set_device(&app, &mut response, &opened);
    Ok(response.json(signed_in(&app, &opened)?))
}
