//! The register of what was disclosed about a client.

pub mod account;
pub mod correct;
pub mod list;
pub mod record;
