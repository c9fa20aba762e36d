//! Who is there: practices, accounts and sign-ins.
//!
//! - A **practice** is registered together with its owner ([`register`]).
//! - A **person** joins it by an [invitation](invitations) and has a role in it ([`people`]).
//! - Whoever [vouches](sso) for the people of a practice may sign them in.
//! - A **sign-in** ([`sign_in`]) is one family of refresh tokens. Each refresh token works once
//!   ([`refresh`]); an old one used again ends the family (RFC 9700 §4.14.2).
//! - A **second factor** ([`prove`]) is asked for where one was set up ([`confirm_totp`]); the password
//!   alone then gives a **challenge** and no sign-in.
//! - **[Passkeys](passkeys)** are both factors at once.
//! - A practice [ends](deletions) by being removed, with a proof of it.
//! - **Guessing** takes longer and longer ([`Attempt`]).
//! - An **access token** ([`AccessTokens`]) names a sign-in and nothing else that matters: practice
//!   and role are read from the database at each request ([`resolve`]), so that a revocation and a
//!   changed role take effect at once.

mod account;
pub mod activity;
pub mod api_keys;
pub mod deletions;
pub mod emergencies;
pub mod invitations;
mod lock;
pub mod passkeys;
mod password;
pub mod password_resets;
mod password_rules;
pub mod people;
mod place;
mod practice;
mod practices;
mod register;
pub mod reviews;
pub mod roles;
mod second_factors;
mod session;
mod sign_ins;
pub mod sso;
mod store;
mod throttle;
mod token;

pub use account::{Account, find_account, find_email, load_me, load_password_hash};
pub use lock::{lock, unlock};
pub use password::{ChangePasswordError, change_password, check_new_password, may_choose_first_password};
pub use password_rules::{Factors, PasswordRefused};
pub use place::network_shown;
pub use practice::{
    EditPracticeError, RetentionRules, addresses_for_privacy, addresses_of_the_responsible, edit_practice,
    find_jurisdiction, find_privacy_contact, find_retention_rules, load_practice, load_rules,
};
pub use practices::{
    CarriedOver, JoinError, SwitchError, end_sign_ins_here, enter, is_own_practice, join, leave,
    list_own_practices,
};
pub use register::{RegisterError, register};
pub use second_factors::{
    FRESH, Fresh, SecondFactorError, Shown, StepUpError, Totp, begin_totp, confirm_totp, fresh,
    has_second_factor, list_methods, load_second_factors, prove, remove_totp, renew_recovery_codes, step_up,
};
pub use session::{
    Opened, REFRESH_LIFETIME, RefreshError, RefreshToken, ResolveError, practice_of_refresh_token, refresh,
    resolve, resolve_even_locked, sign_in, sign_in_admitted, sign_in_by_provider, sign_out,
};
pub use sign_ins::{
    EndSignInError, SignInUses, end_other_sign_ins, end_sign_in, end_sign_ins_of_before, list_sign_ins,
};
pub use throttle::{
    Attempt, Origin, ThrottleError, check_throttle, count_failure, forget_failures, network, new_device,
    remove_forgotten,
};
pub use token::{AccessTokens, Challenged, TokenRefused};

#[cfg(test)]
mod tests;
