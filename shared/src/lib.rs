//! The vocabulary of MindScribe: ids, refusals, permissions, and the requests and views that the
//! API and the app exchange. Compiles for `wasm32-unknown-unknown`.
//!
//! Feature `db` adds sea-orm's derives to ids and words, `openapi` adds utoipa's schemas; neither
//! adds behaviour.

#[macro_use]
mod words;

pub mod activity;
pub mod amendments;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod client_deletions;
pub mod clients;
pub mod consents;
pub mod csv;
pub mod decisions;
pub mod deletions;
pub mod disclosures;
pub mod emergencies;
pub mod encounters;
pub mod errors;
pub mod governance;
pub mod health;
pub mod ids;
pub mod incidents;
pub mod jobs;
pub mod legal_holds;
pub mod notes;
pub mod page;
pub mod passkeys;
pub mod people;
pub mod permissions;
pub mod phi;
pub mod practice;
pub mod practices;
pub mod record_requests;
pub mod recordings;
pub mod reports;
pub mod requests;
pub mod retention;
pub mod reviews;
pub mod risk;
pub mod roles;
pub mod second_factors;
pub mod sign_ins;
pub mod sso;
pub mod templates;
pub mod transcripts;

pub use ids::*;
pub use phi::Phi;
