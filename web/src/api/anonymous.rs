//! What anybody may ask.

use shared::{
    Phi,
    auth::{Login, Register, SignedIn as Grant},
    people::{AcceptInvitation, InvitationGreeting, ReadInvitation},
};

use super::{
    Call, Failure,
    account::{list, one, quoted, read, text},
    json, passkey,
};
use web_sys::AbortSignal;

/// How far a right password leads.
pub enum Entered {
    /// In.
    In(Grant),
    /// To the second step.
    Asked(Asked),
}

/// What the second step takes.
#[derive(Clone)]
pub struct Asked {
    /// Says that the password was right.
    pub token: String,
    /// Whether codes from an app are set up.
    pub totp: bool,
    /// Whether there is a passkey.
    pub passkey: bool,
}

/// A visitor who has not signed in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Anonymous;

impl Anonymous {
    /// What is answered, as it travels.
    pub async fn text(self, call: Call) -> Result<String, Failure> {
        call.send(None).await?.text().await
    }

    /// Creates a practice and its owner, signed in.
    pub async fn register(self, form: &Register) -> Result<Grant, Failure> {
        Call::post("/auth/register").json(form).send(None).await?.json().await
    }

    /// Signs in, or is asked for the second step.
    pub async fn login(self, form: &Login) -> Result<Entered, Failure> {
        let answer = Call::new("POST", "/auth/login").json(form).send(None).await?;
        let body = answer.text().await?;
        let answer = read(&body);
        let token = text(&answer, "mfa_token");
        if token.is_empty() {
            json::from_text(&body).map(Entered::In).map_err(|_unreadable| Failure::Unexpected(200))
        } else {
            let methods = list(&answer, "methods");
            let takes = |method: &str| methods.includes(&method.into(), 0);
            Ok(Entered::Asked(Asked { token, totp: takes("totp"), passkey: takes("passkey") }))
        }
    }

    /// The second step of signing in, with a code; `kept` says that it is a recovery code.
    pub async fn show_code(self, token: &str, code: &str, kept: bool) -> Result<Grant, Failure> {
        let method = if kept { "recovery_code" } else { "totp" };
        let body = format!(r#"{{"mfa_token":"{token}","method":"{method}","code":{}}}"#, quoted(code));
        Call::new("POST", "/auth/mfa").text(&body).send(None).await?.json().await
    }

    /// Signs in with a passkey: as the second step where there is a token of the first, otherwise alone. With
    /// `quietly` it is offered where the e-mail is typed.
    pub async fn show_passkey(
        self,
        token: Option<&str>,
        quietly: Option<AbortSignal>,
    ) -> Result<Grant, Failure> {
        let form = token.map_or_else(|| "{}".to_owned(), |token| format!(r#"{{"mfa_token":"{token}"}}"#));
        let question = Call::new("POST", "/auth/passkey/challenge").text(&form).send(None).await?;
        let assertion = passkey::ask(question, quietly).await?;
        let (path, body) = match token {
            None => ("/auth/passkey", format!(r#"{{"assertion":{assertion}}}"#)),
            Some(token) => (
                "/auth/mfa",
                format!(r#"{{"mfa_token":"{token}","method":"passkey","assertion":{assertion}}}"#),
            ),
        };
        Call::new("POST", path).text(&body).send(None).await?.json().await
    }

    /// Asks for a link by which to choose a new password. The answer says nothing about whether there is such
    /// an account.
    pub async fn forget_password(self, email: &str) -> Result<(), Failure> {
        let body = one("email", email);
        Call::new("POST", "/auth/password-reset").text(&body).send(None).await.map(drop)
    }

    /// Chooses a new password by such a link.
    pub async fn reset_password(self, token: &str, new: &str) -> Result<(), Failure> {
        let body = format!(r#"{{"token":{},"new_password":{}}}"#, quoted(token), quoted(new));
        Call::new("POST", "/auth/password-reset/confirm").text(&body).send(None).await.map(drop)
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
