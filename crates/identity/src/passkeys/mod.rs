//! Passkeys (WebAuthn Level 3): keys on a device or in a password manager that sign a challenge, once its
//! owner was recognised there by a PIN, a finger or a face.
//!
//! - Every passkey is **discoverable** and always **verifies its user**, so it is both factors at once: it
//!   stands in for the second factor, and signs in alone ([`find_passkey_owner`]).
//! - A **challenge** is kept on the server, for five minutes, for one purpose and whom it was made for
//!   ([`Asked`]). The first answer takes it, right or wrong.
//! - A **counter** that goes back shows that somebody may hold a copy: refused, and recorded.
//! - Whose site it is comes from the address at which browsers reach the app, and from nothing else.

mod answer;
mod challenge;
mod enrol;
mod store;

use serde_json::Value;
use shared::{SessionId, UserId, passkeys::Purpose};
use uuid::Uuid;
use webauthn_rs::{Webauthn, WebauthnBuilder};

pub use answer::{find_passkey_owner, show_passkey};
pub use challenge::{ask_passkey, remove_expired_challenges};
pub use enrol::{begin_passkey, confirm_passkey, remove_passkey, rename_passkey};
pub(crate) use store::{list_views, list_with_any};

/// The site that passkeys are for.
#[derive(Debug)]
pub struct Passkeys(Webauthn);

impl Passkeys {
    /// Of the address at which browsers reach the app; `None` where browsers have no passkeys, which is at
    /// an address without a name (`http://127.0.0.1`).
    pub fn at(base_url: &str) -> Option<Self> {
        let origin = url::Url::parse(base_url).ok()?;
        let host = origin.domain()?.to_owned();
        let site = WebauthnBuilder::new(&host, &origin).ok()?.rp_name("MindScribe").build().ok()?;
        Some(Self(site))
    }
}

/// What a challenge is for, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Signing in, by whoever has a passkey.
    SignIn,
    /// The second step of signing in, by this person.
    SecondFactor(UserId),
    /// Something that this person does in this sign-in.
    Within(SessionId, UserId, Purpose),
    /// Setting a new passkey up in this sign-in.
    Enrolment(SessionId),
}

impl Asked {
    /// The word and the id that a challenge is kept with.
    fn key(self) -> (&'static str, Uuid) {
        match self {
            Self::SignIn => ("sign_in", Uuid::nil()),
            Self::SecondFactor(user) => ("second_factor", user.0),
            Self::Within(session, _, purpose) => (purpose.as_str(), session.0),
            Self::Enrolment(session) => ("enrolment", session.0),
        }
    }

    /// Whose passkey has to answer, where that is known.
    fn owner(self) -> Option<UserId> {
        match self {
            Self::SecondFactor(user) | Self::Within(_, user, _) => Some(user),
            Self::SignIn | Self::Enrolment(_) => None,
        }
    }
}

/// What a passkey has answered: `PublicKeyCredential.toJSON()` of the browser.
#[derive(Clone, Copy)]
pub struct Assertion<'a> {
    /// The site.
    pub site: &'a Passkeys,
    /// To which question.
    pub asked: Asked,
    /// The answer.
    pub answer: &'a Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_an_address_with_a_name() {
        assert!(Passkeys::at("https://notes.clinic.example").is_some());
        assert!(Passkeys::at("http://localhost:3001").is_some());
        assert!(Passkeys::at("http://127.0.0.1:3001").is_none());
        assert!(Passkeys::at("no address").is_none());
    }
}
