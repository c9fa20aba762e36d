//! The schema, one change per file, for SQLite and PostgreSQL alike.
//!
//! Every table of a practice has `practice_id`, is unique on `(practice_id, id)`, and refers to
//! others by `(practice_id, …)`: a row of one practice cannot point at a row of another, even where
//! row-level security does not look (foreign keys bypass it).

use sea_orm_migration::sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, TransactionTrait as _,
};
pub use sea_orm_migration::{MigratorTrait, SchemaManager};

mod m20261122_000001_accounts;
mod m20261122_000002_audit;
mod m20261122_000003_charts;
mod m20261122_000004_recordings;
mod m20261122_000005_transcripts;
mod m20261122_000006_notes;
mod m20261122_000007_governance;
mod m20261122_000008_jobs;
mod m20261122_000009_sign_in_throttles;
mod m20261122_000010_second_factors;
mod m20261122_000011_mails;
mod m20261122_000012_invitations;
mod m20261122_000013_second_factor_for_all;
mod m20261122_000014_care_teams;
mod m20261122_000015_co_signatures;
mod m20261122_000030_sso_connections;
mod m20261122_000031_sso_sign_ins;
mod m20261122_000032_sso_directories;
mod m20261122_000040_api_keys;
mod m20261122_000050_practice_settings;
mod m20261122_000051_several_practices;
mod m20261122_000052_custom_roles;
mod m20261122_000053_access_reviews;
mod m20261122_000054_emergency_access;
mod m20261122_000055_passkeys;
mod m20261122_000056_locks;
mod m20261122_000057_password_resets;
mod m20261122_000058_sharing_and_retention;
mod m20261122_000059_deletions;
mod m20261122_000060_audit_chain;
mod m20261122_000061_password_reset_asks;
mod m20261122_000062_audit_circumstances;
mod m20261122_000063_activity_findings;
mod m20261122_000064_disclosures;
mod m20261122_000065_record_requests;
mod m20261122_000066_amendments;
mod m20261122_000067_fewer_locks;
mod m20261122_000068_client_marks;
mod m20261122_000070_legal_holds;
mod m20261122_000071_client_deletions;
mod m20261122_000072_evidence;
mod m20261122_000073_chart_rules;
mod m20261122_000075_audit_retention;
mod m20261122_000076_audit_years;
mod m20261123_000078_chart_keys;
mod m20261123_000079_chosen_systems;
mod m20261123_000080_calls_elsewhere;
mod m20261123_000081_session_systems;
mod m20261123_000082_call_costs;
mod m20261123_000083_shorter_rules_wait;
mod m20261123_000084_uploads_without_a_length;
mod m20261123_000085_sound_quality;
mod m20261123_000087_risk_dismissals;
mod m20261123_000088_channel_turns;
mod m20261124_000089_ai_rules;
mod m20261124_000090_incidents;
mod m20261124_000093_own_ai_systems;
mod partitions;
mod tables;
mod walls;

pub use partitions::keep_years;

/// All migrations, in order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_accounts::Migration),
            Box::new(m20261122_000002_audit::Migration),
            Box::new(m20261122_000003_charts::Migration),
            Box::new(m20261122_000004_recordings::Migration),
            Box::new(m20261122_000005_transcripts::Migration),
            Box::new(m20261122_000006_notes::Migration),
            Box::new(m20261122_000007_governance::Migration),
            Box::new(m20261122_000008_jobs::Migration),
            Box::new(m20261122_000009_sign_in_throttles::Migration),
            Box::new(m20261122_000010_second_factors::Migration),
            Box::new(m20261122_000011_mails::Migration),
            Box::new(m20261122_000012_invitations::Migration),
            Box::new(m20261122_000013_second_factor_for_all::Migration),
            Box::new(m20261122_000014_care_teams::Migration),
            Box::new(m20261122_000015_co_signatures::Migration),
            Box::new(m20261122_000030_sso_connections::Migration),
            Box::new(m20261122_000031_sso_sign_ins::Migration),
            Box::new(m20261122_000032_sso_directories::Migration),
            Box::new(m20261122_000040_api_keys::Migration),
            Box::new(m20261122_000050_practice_settings::Migration),
            Box::new(m20261122_000051_several_practices::Migration),
            Box::new(m20261122_000052_custom_roles::Migration),
            Box::new(m20261122_000053_access_reviews::Migration),
            Box::new(m20261122_000054_emergency_access::Migration),
            Box::new(m20261122_000055_passkeys::Migration),
            Box::new(m20261122_000056_locks::Migration),
            Box::new(m20261122_000057_password_resets::Migration),
            Box::new(m20261122_000058_sharing_and_retention::Migration),
            Box::new(m20261122_000059_deletions::Migration),
            Box::new(m20261122_000060_audit_chain::Migration),
            Box::new(m20261122_000061_password_reset_asks::Migration),
            Box::new(m20261122_000062_audit_circumstances::Migration),
            Box::new(m20261122_000063_activity_findings::Migration),
            Box::new(m20261122_000064_disclosures::Migration),
            Box::new(m20261122_000065_record_requests::Migration),
            Box::new(m20261122_000066_amendments::Migration),
            Box::new(m20261122_000067_fewer_locks::Migration),
            Box::new(m20261122_000068_client_marks::Migration),
            Box::new(m20261122_000070_legal_holds::Migration),
            Box::new(m20261122_000071_client_deletions::Migration),
            Box::new(m20261122_000072_evidence::Migration),
            Box::new(m20261122_000073_chart_rules::Migration),
            Box::new(m20261122_000075_audit_retention::Migration),
            Box::new(m20261122_000076_audit_years::Migration),
            Box::new(m20261123_000078_chart_keys::Migration),
            Box::new(m20261123_000079_chosen_systems::Migration),
            Box::new(m20261123_000080_calls_elsewhere::Migration),
            Box::new(m20261123_000081_session_systems::Migration),
            Box::new(m20261123_000082_call_costs::Migration),
            Box::new(m20261123_000083_shorter_rules_wait::Migration),
            Box::new(m20261123_000084_uploads_without_a_length::Migration),
            Box::new(m20261123_000085_sound_quality::Migration),
            Box::new(m20261123_000087_risk_dismissals::Migration),
            Box::new(m20261123_000088_channel_turns::Migration),
            Box::new(m20261124_000089_ai_rules::Migration),
            Box::new(m20261124_000090_incidents::Migration),
            Box::new(m20261124_000093_own_ai_systems::Migration),
        ]
    }
}

/// Of several processes, one changes the schema at a time, until its transaction ends. The number means nothing.
const TURN: &str = "SELECT pg_advisory_xact_lock(7164022611)";

/// Makes the schema as it was after so many migrations in an empty database, without the wall between practices, for
/// rows that come from a backup.
///
/// # Errors
/// The database fails.
pub async fn make_empty(connection: &DatabaseConnection, steps: u32) -> Result<(), DbErr> {
    Migrator::up(connection, Some(steps)).await
}

/// Brings a database up to date: its schema, and on PostgreSQL the wall between practices. Servers that
/// start at once do it one after the other; the connection must have room for two.
///
/// # Errors
/// The database fails, or its owner may not create the software's role; see `walls`.
pub async fn bring_up_to_date(connection: &DatabaseConnection) -> Result<(), DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Migrator::up(connection, None).await;
    }
    let turn = connection.begin().await?;
    turn.execute_unprepared(TURN).await?;
    if !Migrator::get_pending_migrations(connection).await?.is_empty() {
        walls::let_owner_pass(connection).await?;
        Migrator::up(connection, None).await?;
    }
    walls::raise(connection).await?;
    turn.commit().await
}
