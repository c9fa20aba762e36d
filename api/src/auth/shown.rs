//! What somebody shows beside their password, as it travels and as the domain takes it.

use identity::{
    Shown,
    passkeys::{Asked, Assertion},
};
use serde_json::Value;
use shared::{Phi, errors::ErrorCode, second_factors::Method};

use crate::{App, Refusal};

/// What is shown.
///
/// # Errors
/// It says that it is a passkey, and shows none; or this server has no passkeys.
pub fn shown<'a>(
    app: &'a App,
    asked: Asked,
    method: Method,
    code: &'a Phi<String>,
    assertion: Option<&'a Phi<Value>>,
) -> Result<Shown<'a>, Refusal> {
    Ok(match method {
        Method::Totp => Shown::Totp(code.reveal()),
        Method::RecoveryCode => Shown::RecoveryCode(code.reveal()),
        Method::Passkey => {
            let answer = assertion.ok_or(ErrorCode::InvalidCode)?.reveal();
            Shown::Passkey(Assertion { site: app.site()?, asked, answer })
        }
    })
}
