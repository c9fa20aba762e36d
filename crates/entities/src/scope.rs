//! Which tables belong to a practice, and to whose chart. `access::Tx` reaches a table only through this
//! trait, so a query that forgets the practice, or who may see the chart, cannot be written.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use shared::PracticeId;

/// Whose chart a row belongs to. A new table has to say.
#[derive(Debug, Clone, Copy)]
pub enum Chart<C> {
    /// Nobody's: it is about people, systems or the software.
    Nobody,
    /// That of the client whom a column names.
    Client(C),
    /// Those of all clients in the session that a column names.
    Encounter(C),
    /// That of what it is a part of, and is only found through: as a line is, of its transcript.
    Part,
}

/// A table whose rows each belong to one practice.
pub trait InPractice: EntityTrait<ActiveModel: ActiveModelTrait<Entity = Self>> {
    /// The column that names the practice.
    const PRACTICE: Self::Column;
    /// Whose chart its rows belong to.
    const CHART: Chart<Self::Column>;
    /// Whether a row decides who is signed in, and as what.
    const DECIDES_SIGN_INS: bool;

    /// Puts a new row into a practice.
    fn place(row: &mut Self::ActiveModel, practice_id: PracticeId);
}

macro_rules! in_practice {
    ($($table:ident: $chart:ident $(($column:ident))? $(, $decides:ident)?;)+) => {$(
        impl InPractice for crate::$table::Entity {
            const PRACTICE: Self::Column = crate::$table::Column::PracticeId;
            const CHART: Chart<Self::Column> = Chart::$chart $((crate::$table::Column::$column))?;
            const DECIDES_SIGN_INS: bool = in_practice!(@ $($decides)?);

            fn place(row: &mut Self::ActiveModel, practice_id: PracticeId) {
                row.practice_id = Set(practice_id);
            }
        }
    )+
        /// Every table whose rows each belong to one practice.
        pub const TABLES_OF_A_PRACTICE: &[&str] = &[$(stringify!($table)),+];
    };
    (@ decides_sign_ins) => { true };
    (@) => { false };
}

in_practice! {
    access_reviews: Nobody;
    activity_findings: Nobody;
    activity_weeks: Nobody;
    addenda: Part;
    // The ledger of AI calls holds no text; who oversees the systems sees all of it.
    ai_calls: Nobody;
    ai_systems: Nobody;
    api_keys: Nobody;
    // An auditor sees who did what, about whomever.
    audit_events: Nobody;
    audit_links: Nobody;
    auth_sessions: Nobody, decides_sign_ins;
    care_team_members: Client(ClientId);
    client_marks: Client(ClientId);
    clients: Client(Id);
    consents: Client(ClientId);
    deletions: Nobody;
    // Whoever answers for the practice sees that a chart was opened, and by whom.
    emergency_accesses: Nobody;
    encounter_clients: Client(ClientId);
    encounters: Encounter(Id);
    idempotency_keys: Nobody;
    invitations: Nobody;
    jobs: Encounter(EncounterId);
    legal_holds: Client(ClientId);
    mails: Nobody;
    memberships: Nobody, decides_sign_ins;
    notes: Encounter(EncounterId);
    pieces: Part;
    record_requests: Client(ClientId);
    recording_parts: Part;
    recordings: Encounter(EncounterId);
    roles: Nobody, decides_sign_ins;
    segments: Part;
    session_uses: Nobody;
    speakers: Part;
    sso_attempts: Nobody;
    sso_connections: Nobody;
    sso_directory_groups: Nobody;
    sso_directory_people: Nobody;
    sso_domains: Nobody;
    sso_identities: Nobody;
    sso_messages: Nobody;
    supervisions: Nobody;
    transcripts: Encounter(EncounterId);
    uploads: Encounter(EncounterId);
}
