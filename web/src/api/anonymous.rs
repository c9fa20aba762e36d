//! What anybody may ask.

use shared::auth::{Login, Register, SignedIn as Grant};

use super::{Call, Failure};

/// A visitor who has not signed in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Anonymous;

impl Anonymous {
    /// Creates a practice and its owner, signed in.
    pub async fn register(self, form: &Register) -> Result<Grant, Failure> {
        Call::post("/auth/register").json(form).send(None).await?.json().await
    }

    /// Signs in.
    pub async fn login(self, form: &Login) -> Result<Grant, Failure> {
        Call::new("POST", "/auth/login").json(form).send(None).await?.json().await
    }

    /// A new access token for the cookie that the browser holds.
    pub async fn refresh(self) -> Result<Grant, Failure> {
        Call::new("POST", "/auth/refresh").send(None).await?.json().await
    }
}
