//! Who is there: practices, accounts and sign-ins.
//!
//! - A **practice** is registered together with its owner ([`register`]).
//! - A **sign-in** ([`sign_in`]) is one family of refresh tokens. Each refresh token works once
//!   ([`refresh`]); an old one used again ends the family (RFC 9700 §4.14.2).
//! - An **access token** ([`AccessTokens`]) names a sign-in and nothing else that matters: practice
//!   and role are read from the database at each request ([`resolve`]), so that a revocation and a
//!   changed role take effect at once.

mod account;
mod password_rules;
mod register;
mod session;
mod store;
mod token;

pub use account::{Account, find_account, load_me, load_password_hash};
pub use password_rules::PasswordRefused;
pub use register::{RegisterError, register};
pub use session::{
    Opened, REFRESH_LIFETIME, RefreshError, RefreshToken, ResolveError, practice_of_refresh_token, refresh,
    resolve, sign_in, sign_out,
};
pub use token::{AccessTokens, TokenRefused};

#[cfg(test)]
mod tests;
