//! Second factors: signing in with one, setting one up, and proving it again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Phi, auth::SignedIn, passkeys::PasskeyView};

words! {
    /// A way to prove who one is, beside the password.
    pub enum Method {
        /// A code by time, of an app on the person's phone (RFC 6238).
        Totp => "totp",
        /// One of the codes that were written down for when that phone is lost.
        RecoveryCode => "recovery_code",
        /// A passkey (WebAuthn), which has recognised its owner.
        Passkey => "passkey",
    }
}

/// What `POST /auth/login` answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum LoginAnswer {
    /// The password was enough.
    SignedIn(SignedIn),
    /// The second factor is asked for.
    MfaRequired(MfaRequired),
}

/// The password was right; now the second factor is asked for, at `POST /auth/mfa`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MfaRequired {
    /// Always true.
    pub mfa_required: bool,
    /// Says for five minutes that the password was right.
    pub mfa_token: Phi<String>,
    /// What the person can show.
    pub methods: Vec<Method>,
}

/// `POST /auth/mfa`: the second step of signing in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Mfa {
    /// From the first step.
    pub mfa_token: Phi<String>,
    /// What is shown.
    pub method: Method,
    /// The code. Spaces and dashes do not matter.
    #[serde(default)]
    pub code: Phi<String>,
    /// In place of a code: what the passkey has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub assertion: Option<Phi<serde_json::Value>>,
}

/// `POST /auth/step-up`: proves the second factor again, for what asks for a fresh one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// What is shown.
    pub method: Method,
    /// The code.
    #[serde(default)]
    pub code: Phi<String>,
    /// In place of a code: what the passkey has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub assertion: Option<Phi<serde_json::Value>>,
}

/// What `POST /auth/step-up` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SteppedUp {
    /// Until then the second factor counts as fresh.
    pub fresh_until: DateTime<Utc>,
}

/// `GET /me/second-factors`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactors {
    /// Since when codes by time are set up; `null` when they are not.
    pub totp_since: Option<DateTime<Utc>>,
    /// The passkeys, the oldest first.
    pub passkeys: Vec<PasskeyView>,
    /// Recovery codes that have not been used.
    pub recovery_codes_left: u32,
    /// Whether one has to be there: the role or the practice demands it.
    pub demanded: bool,
}

/// The own password, again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnPassword {
    /// The password.
    pub password: Phi<String>,
}

/// What `POST /me/second-factors/totp` answers: what an authenticator app needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpBegun {
    /// The secret, to be typed in: base32.
    pub secret: Phi<String>,
    /// The same as an `otpauth:` address.
    pub uri: Phi<String>,
    /// The same as a QR code: a `data:` address of an SVG picture.
    pub qr_code: Phi<String>,
}

/// `POST /me/second-factors/totp/confirm`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// The code that the app shows.
    pub code: Phi<String>,
}

/// Recovery codes, shown this once. Each can be used once, in place of another second factor. None where
/// there are some already.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Ten of them, or none.
    pub codes: Vec<Phi<String>>,
}

/// `PUT /me/password`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present one.
    pub password: Phi<String>,
    /// 15 characters or more; 8 or more beside a second factor (NIST SP 800-63B-4 §3.1.1.2).
    pub new_password: Phi<String>,
}

/// The own password again, or a passkey in its place: `POST /notes/{id}/sign`, `POST /auth/unlock`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnProof {
    /// The password.
    #[serde(default)]
    pub password: Option<Phi<String>>,
    /// In its place: what one of the own passkeys has answered, asked for this purpose.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub assertion: Option<Phi<serde_json::Value>>,
}

/// `POST /auth/password-reset`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskPasswordReset {
    /// The e-mail of the account.
    pub email: Phi<String>,
}

/// `POST /auth/password-reset/confirm`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmPasswordReset {
    /// From the link.
    pub token: Phi<String>,
    /// 15 characters or more; 8 or more beside a second factor (NIST SP 800-63B-4 §3.1.1.2).
    pub new_password: Phi<String>,
}
