//! Passkeys (WebAuthn Level 3). What the browser needs and what it answers travels as the browser's own JSON:
//! `parseCreationOptionsFromJSON`, `parseRequestOptionsFromJSON` and `toJSON` of `PublicKeyCredential`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{PasskeyId, Phi};

words! {
    /// For what somebody who is signed in is asked for a passkey.
    pub enum Purpose {
        /// `POST /auth/step-up`.
        StepUp => "step_up",
        /// `POST /notes/{id}/sign`.
        Signature => "signature",
        /// `POST /auth/unlock`.
        Unlock => "unlock",
    }
}

/// One of the own passkeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyView {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: Phi<String>,
    /// Since when it is set up.
    pub created_at: DateTime<Utc>,
    /// When it was last shown.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// `POST /me/second-factors/passkeys`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmPasskey {
    /// What to call it; 1 to 60 characters.
    pub name: Phi<String>,
    /// What the browser has made: `PublicKeyCredential.toJSON()`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Phi<Value>,
}

/// `PATCH /me/second-factors/passkeys/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenamePasskey {
    /// What to call it; 1 to 60 characters.
    pub name: Phi<String>,
}

/// `POST /auth/passkey/challenge`: asks for a passkey in order to sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskPasskey {
    /// From the first step, where a passkey is the second.
    #[serde(default)]
    pub mfa_token: Option<Phi<String>>,
}

/// `POST /me/second-factors/passkey-challenge`: asks for a passkey in order to do something.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskOwnPasskey {
    /// What.
    pub purpose: Purpose,
}

/// What the browser needs to ask for a passkey or to make one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyOptions {
    /// `PublicKeyCredentialRequestOptionsJSON`, or `PublicKeyCredentialCreationOptionsJSON`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub public_key: Phi<Value>,
}

/// `POST /auth/passkey`: signs in with a passkey alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInWithPasskey {
    /// What the passkey has answered: `PublicKeyCredential.toJSON()`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub assertion: Phi<Value>,
}
