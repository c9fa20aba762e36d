//! The chart: clients, their consents, their sessions, what was said in them, and the notes.
//!
//! Every verb takes the transaction and proof of a permission, records what it did in the audit
//! trail, and leaves beginning and committing to its caller. It does not know that AI exists: a
//! draft comes with the id of the call that made it, and that is all.

pub mod amendments;
pub mod care_teams;
pub mod client_deletions;
pub mod clients;
pub mod consents;
mod deadlines;
pub mod disclosures;
pub mod encounters;
pub mod legal_holds;
pub mod notes;
pub mod record_requests;
pub mod requests;
pub mod retention;
mod store;
pub mod templates;
#[cfg(test)]
mod testing;
pub mod transcripts;
