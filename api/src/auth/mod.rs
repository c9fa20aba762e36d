//! Registering, signing in, refreshing, signing out, and who I am.

mod cookie;
pub mod login;
pub mod logout;
pub mod me;
pub mod refresh;
pub mod register;

use identity::Opened;
use shared::{Phi, auth::SignedIn};

use crate::{App, Refusal};

/// The answer of everything that opens or continues a sign-in.
fn signed_in(app: &App, opened: &Opened) -> Result<SignedIn, Refusal> {
    let token = app.tokens.issue(opened.user.id, opened.session_id, app.database.clock().now())?;
    Ok(SignedIn {
        access_token: Phi::new(token),
        token_type: "Bearer".to_owned(),
        expires_in: app.tokens.lifetime().num_seconds().unsigned_abs(),
        user: opened.user.clone(),
    })
}
