//! Second factors: codes by time (TOTP, RFC 6238), and recovery codes for when the phone is lost.
//!
//! - A passkey is one as well: see [`crate::passkeys`].
//! - A factor is a person's, in whatever practices they work; its secret is sealed under the server's key.
//! - It counts once a code of it was shown ([`confirm_totp`]).
//! - Whatever was shown once is worth nothing any more, also when it is shown twice at the same moment:
//!   what decides is one conditional update of the row.
//! - A sign-in remembers when its person last showed a factor. What is dear asks that this was a moment
//!   ago: [`fresh`] gives the proof, which only this crate can build.

mod enrol;
mod fresh;
mod prove;
mod recovery;
mod store;
mod totp;

use access::AccessError;

use shared::errors::FieldProblem;

use crate::PasswordRefused;

pub use enrol::{begin_totp, confirm_totp, load_second_factors, remove_totp, renew_recovery_codes};
pub(crate) use enrol::{end_if_last, first_codes, own_person, remember_factor};
pub use fresh::{FRESH, Fresh, StepUpError, fresh, step_up};
pub(crate) use prove::who_has_second_factor;
pub use prove::{Shown, has_second_factor, list_methods, prove};
pub use totp::Totp;

/// Why a second factor was not set up or changed.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// There is one already.
    #[error("there is a second factor already")]
    Exists,
    /// None is set up, or none was begun to be.
    #[error("there is no second factor")]
    Missing,
    /// Their powers need it.
    #[error("the role needs a second factor")]
    Kept,
    /// The person has no such passkey.
    #[error("there is no such passkey")]
    NotFound,
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// There are as many passkeys as anybody may have.
    #[error("there are too many passkeys")]
    TooMany,
    /// This server's address cannot have passkeys.
    #[error("there are no passkeys at this address")]
    Unavailable,
    /// Whoever has a second factor has to have shown it a moment ago.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// The code is wrong, or was used before.
    #[error("the code is not right")]
    WrongCode,
    /// The password is too weak to be the only factor.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}
