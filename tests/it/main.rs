//! Claims about the whole product, made from outside it.

#![expect(clippy::expect_used, reason = "what fails here is the test's failure")]

mod accounts;
mod activity;
mod admin;
mod affected;
mod amendments;
mod api_keys;
mod assembly_ai;
mod audit_chain;
mod audit_export;
mod audit_viewer;
mod backups;
mod browser_side;
mod by_other_means;
mod care_teams;
mod client_deletions;
mod clients;
mod data_keys;
mod deletions;
mod disclosures;
mod emergencies;
mod exports;
mod guarantees;
mod guessing;
mod hearing;
mod jobs;
mod keys;
mod kms;
mod language_service;
mod legal_holds;
mod limits;
mod live;
mod locks;
mod moments;
mod notes;
mod objects;
mod operations;
mod passkeys;
mod password_resets;
mod people;
mod pipeline;
mod practice;
mod record_exports;
mod record_requests;
mod recordings;
mod retention;
mod retention_years;
mod reviews;
mod risk;
mod roles;
mod second_factors;
mod several_practices;
mod sign_ins;
mod speech_service;
mod sso;
mod swaps;
mod tokens;
mod trail_retention;
mod transcript_retention;
mod turns;
mod two_servers;
mod uploads;
mod workos;

/// The server's own program, built with these tests.
const SERVER: &str = env!("CARGO_BIN_EXE_server-under-test");
