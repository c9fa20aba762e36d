//! Which tables belong to no practice: those of a person, who may be in several, and of whoever tries
//! to sign in, who is nobody yet.

use sea_orm::EntityTrait;

/// A table whose rows belong to no practice.
pub trait OfNoPractice: EntityTrait {
    /// Whether a row decides who is signed in, and as what.
    const DECIDES_SIGN_INS: bool = false;
}

/// A practice is of itself. Row-level security lets it change no other.
impl OfNoPractice for crate::practices::Entity {
    const DECIDES_SIGN_INS: bool = true;
}

impl OfNoPractice for crate::users::Entity {}
impl OfNoPractice for crate::totp_factors::Entity {}
impl OfNoPractice for crate::recovery_codes::Entity {}
impl OfNoPractice for crate::passkeys::Entity {}
impl OfNoPractice for crate::passkey_challenges::Entity {}
impl OfNoPractice for crate::password_reset_asks::Entity {}
impl OfNoPractice for crate::password_resets::Entity {}
impl OfNoPractice for crate::sign_in_throttles::Entity {}
