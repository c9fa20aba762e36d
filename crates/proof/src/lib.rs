//! What an outsider can check without the server: statements that it has signed, and bundles of evidence.
//!
//! - A [`Statement`] is signed with Ed25519 (RFC 8032) as a JWS (RFC 7515, RFC 8037).
//! - A [`Tree`] is the Merkle tree of RFC 9162 over lines, built without holding them.
//! - [`check`] reads a bundle, a ZIP archive whose last file is a signed list of the others, and names what is not as it was
//!   given out. `mindscribe-verify` is that on the command line; it needs the bundle and the server's public key, and no network.

mod bundle;
mod statement;
mod tree;

pub use bundle::{CALLS, CheckError, Finding, MANIFEST, check};
pub use statement::{NotGenuine, Statement};
pub use tree::Tree;
