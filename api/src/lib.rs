//! The HTTP edge: a request in, one call to the domain, a response out. No rule lives here.
//!
//! A handler names its inputs and calls [`App::act`], which begins the transaction, runs the verb,
//! commits it with its audit events, or records the refusal.

pub mod acting;
mod activity;
pub mod admin;
mod amendments;
mod api_docs;
mod api_keys;
mod app;
mod audit_events;
mod auth;
pub mod backups;
mod care_teams;
mod client_deletions;
mod clients;
pub mod commands;
pub mod config;
mod consents;
mod disclosures;
mod emergencies;
mod encounters;
mod engines;
mod error;
mod extract;
mod files;
mod governance;
mod health;
mod incidents;
mod invitations;
mod jobs;
pub mod keys;
mod legal_holds;
pub mod log_archive;
mod middleware;
mod notes;
mod once;
mod openapi;
mod passkeys;
mod password_resets;
mod practice;
mod practices;
pub mod rate_limits;
mod record_requests;
mod recordings;
mod restored;
pub mod retention;
mod reviews;
mod roles;
mod routes;
mod second_factors;
mod sessions;
mod sso;
pub mod startup;
mod templates;
mod tickets;
pub mod trail;
mod transcripts;
mod unmatched;
mod uploads;
mod users;
mod web_app;
pub mod work;

pub use app::App;
pub use error::Refusal;
pub use openapi::document;
