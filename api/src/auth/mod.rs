//! Registering, signing in, refreshing, signing out, and who I am.

pub(crate) mod cookie;
pub mod elsewhere;
pub mod guarded;
pub mod lock;
pub mod login;
pub mod logout;
pub mod me;
pub mod mfa;
pub mod origin;
pub mod own_password;
pub mod own_proof;
pub mod password;
pub mod refresh;
pub mod register;
pub(crate) mod same_origin;
mod shown;
pub mod step_up;
pub mod switch;
pub mod unlock;

use access::Tx;
use actix_web::HttpResponse;
use identity::Opened;
use shared::{Phi, auth::SignedIn};

use crate::{App, Refusal};

/// The answer of everything that opens or continues a sign-in.
pub(crate) fn signed_in(app: &App, opened: &Opened) -> Result<SignedIn, Refusal> {
    let token = app.tokens.issue(opened.user.id, opened.session_id, app.database.clock().now())?;
    Ok(SignedIn {
        access_token: Phi::new(token),
        token_type: "Bearer".to_owned(),
        expires_in: app.tokens.lifetime().num_seconds().unsigned_abs(),
        user: opened.user.clone(),
    })
}

/// Signed in, with both cookies.
pub(crate) fn answer(app: &App, opened: &Opened) -> Result<HttpResponse, Refusal> {
    let mut response = HttpResponse::Ok();
    cookie::set_refresh(app, &mut response, opened);
    cookie::set_device(app, &mut response, opened);
    Ok(response.json(signed_in(app, opened)?))
}

/// Goes on with a transaction, or ends it and refuses.
pub(crate) async fn or_end<T, E>(tx: Tx, result: Result<T, E>) -> Result<(Tx, T), Refusal>
where
    Refusal: From<E>,
{
    match result {
        Ok(done) => Ok((tx, done)),
        Err(error) => {
            tx.end().await?;
            Err(error.into())
        }
    }
}
