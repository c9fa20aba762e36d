//! Signing in at somebody else: OpenID Connect with any provider, and WorkOS.
//!
//! - [`OpenId`] is a relying party of OpenID Connect Core 1.0: discovery, authorization code with PKCE
//!   (RFC 7636, S256 alone), `state` by the caller, `nonce`, the `iss` of the answer (RFC 9207), and an
//!   id token that is signed with an asymmetric algorithm by a key of the issuer's.
//! - [`WorkOs`] is a client of WorkOS' AuthKit, which stands before the provider of an organisation.
//! - [`webhook`] reads what WorkOS tells of an organisation's directory.
//!
//! Both end in an [`Arrival`]: who has come, in the words of whoever vouches for them. What that is
//! worth here is not decided here.

mod arrival;
mod discovery;
mod error;
mod id_token;
mod keys;
mod openid;
mod pkce;
mod profile;
pub mod webhook;
mod workos;

pub use arrival::Arrival;
pub use error::SsoError;
pub use openid::{OpenId, Registration};
pub use pkce::{Begun, Kept};
pub use workos::{WORKOS, WorkOs};
