//! One sea-orm model per table, and no logic. Only files called `store.rs` may name them.
//!
//! A column of type [`Sealed`] holds ciphertext: what it seals is known to the slice that owns it.

use sea_orm::DeriveValueType;

pub mod access_reviews;
pub mod activity_findings;
pub mod activity_weeks;
pub mod addenda;
pub mod ai_calls;
pub mod ai_orders;
pub mod ai_systems;
pub mod amendments;
pub mod api_keys;
pub mod audit_cuts;
pub mod audit_events;
pub mod audit_links;
pub mod auth_sessions;
pub mod care_team_members;
pub mod chart_rules;
pub mod client_deletions;
pub mod client_keys;
pub mod client_marks;
pub mod clients;
pub mod consents;
pub mod data_keys;
pub mod deletions;
pub mod disclosures;
pub mod emergency_accesses;
pub mod encounter_clients;
pub mod encounter_keys;
pub mod encounters;
pub mod evidence;
mod global;
pub mod idempotency_keys;
pub mod incident_entries;
pub mod incidents;
pub mod invitations;
pub mod jobs;
pub mod legal_holds;
pub mod mails;
pub mod memberships;
pub mod notes;
pub mod passkey_challenges;
pub mod passkeys;
pub mod password_reset_asks;
pub mod password_resets;
pub mod pieces;
pub mod practices;
pub mod record_requests;
pub mod recording_parts;
pub mod recordings;
pub mod recovery_codes;
pub mod roles;
mod scope;
mod sealed;
pub mod segments;
pub mod session_uses;
pub mod sign_in_throttles;
pub mod speakers;
pub mod sso_attempts;
pub mod sso_connections;
pub mod sso_directory_groups;
pub mod sso_directory_people;
pub mod sso_domains;
pub mod sso_identities;
pub mod sso_messages;
pub mod supervisions;
pub mod totp_factors;
pub mod transcripts;
pub mod uploads;
pub mod users;

pub use global::OfNoPractice;
pub use scope::{Chart, InPractice, KEPT_AFTER_CHART, Table, tables};
pub use sealed::{SEALED_TABLES, SealedTable, piece_row};

/// Ciphertext of one field, bound to its practice, table, column and row. Only `access::Tx` makes one.
#[derive(Debug, Clone, PartialEq, Eq, DeriveValueType)]
pub struct Sealed(pub Vec<u8>);
