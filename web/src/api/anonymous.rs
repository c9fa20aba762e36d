//! What anybody may ask.

use shared::{
    Phi,
    auth::{Login, Register, SignedIn as Grant},
    people::{AcceptInvitation, InvitationGreeting, ReadInvitation},
    second_factors::Mfa,
};

use super::{
    Call, Failure,
    account::{read, text},
    json,
};

/// How far a right password leads.
pub enum Entered {
    /// In.
    In(Grant),
    /// To the second step, with this token.
    Asked(Phi<String>),
}

/// A visitor who has not signed in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Anonymous;

impl Anonymous {
    /// Creates a practice and its owner, signed in.
    pub async fn register(self, form: &Register) -> Result<Grant, Failure> {
        Call::post("/auth/register").json(form).send(None).await?.json().await
    }

    /// Signs in, or is asked for the second step.
    pub async fn login(self, form: &Login) -> Result<Entered, Failure> {
        let answer = Call::new("POST", "/auth/login").json(form).send(None).await?;
        let body = answer.text().await?;
        let token = text(&read(&body), "mfa_token");
        if token.is_empty() {
            json::from_text(&body).map(Entered::In).map_err(|_unreadable| Failure::Unexpected(200))
        } else {
            Ok(Entered::Asked(Phi::new(token)))
        }
    }

    /// The second step of signing in.
    pub async fn show_factor(self, form: &Mfa) -> Result<Grant, Failure> {
        Call::new("POST", "/auth/mfa").json(form).send(None).await?.json().await
    }

    /// What the invitation says that a token opens.
    pub async fn read_invitation(self, token: &Phi<String>) -> Result<InvitationGreeting, Failure> {
        let form = ReadInvitation { token: token.clone() };
        Call::new("POST", "/auth/invitations/read").json(&form).send(None).await?.json().await
    }

    /// Joins a practice by an invitation.
    pub async fn accept_invitation(self, form: &AcceptInvitation) -> Result<Grant, Failure> {
        Call::new("POST", "/auth/invitations/accept").json(form).send(None).await?.json().await
    }

    /// A new access token for the cookie that the browser holds.
    pub async fn refresh(self) -> Result<Grant, Failure> {
        Call::new("POST", "/auth/refresh").send(None).await?.json().await
    }
}
