//! Which tables belong to a practice, and to whose chart. `access::Tx` reaches a table only through this
//! trait, so a query that forgets the practice, or who may see the chart, cannot be written.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IdenStatic as _};
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
    /// That of what it is a part of, and is only found through: as a line is, of its transcript. A column names the row
    /// of this other table.
    Part(C, &'static str),
}

/// A table whose rows each belong to one practice.
pub trait InPractice: EntityTrait<ActiveModel: ActiveModelTrait<Entity = Self>> {
    /// The column that names the practice.
    const PRACTICE: Self::Column;
    /// Whose chart its rows belong to.
    const CHART: Chart<Self::Column>;
    /// What its rows came from, and go with: that of whose chart they are, and where they are of nobody's, what they say
    /// something about.
    const PROVENANCE: Chart<Self::Column>;
    /// Whether a row decides who is signed in, and as what.
    const DECIDES_SIGN_INS: bool;

    /// Puts a new row into a practice.
    fn place(row: &mut Self::ActiveModel, practice_id: PracticeId);
}

/// What of a client outlives their chart: the proof of its end.
pub const KEPT_AFTER_CHART: [&str; 1] = ["client_deletions"];

/// A table as the removal of a chart knows it.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What its rows came from, and go with.
    pub provenance: Chart<&'static str>,
}

impl Table {
    fn of<E: InPractice>(name: &'static str) -> Self {
        let provenance = match E::PROVENANCE {
            Chart::Nobody => Chart::Nobody,
            Chart::Client(column) => Chart::Client(column.as_str()),
            Chart::Encounter(column) => Chart::Encounter(column.as_str()),
            Chart::Part(column, whole) => Chart::Part(column.as_str(), whole),
        };
        Self { name, provenance }
    }
}

macro_rules! in_practice {
    ($($table:ident: $chart:ident $(($($column:ident)+))? $(with $kind:ident($with:ident))? $(, $decides:ident)?;)+) => {$(
        impl InPractice for crate::$table::Entity {
            const PRACTICE: Self::Column = crate::$table::Column::PracticeId;
            const CHART: Chart<Self::Column> = in_practice!(@chart $table $chart $($($column)+)?);
            const PROVENANCE: Chart<Self::Column> =
                in_practice!(@provenance $table ($chart $($($column)+)?) $($kind $with)?);
            const DECIDES_SIGN_INS: bool = in_practice!(@ $($decides)?);

            fn place(row: &mut Self::ActiveModel, practice_id: PracticeId) {
                row.practice_id = Set(practice_id);
            }
        }
    )+
        /// Every table whose rows each belong to one practice.
        pub fn tables() -> Vec<Table> {
            vec![$(Table::of::<crate::$table::Entity>(stringify!($table))),+]
        }
    };
    (@chart $table:ident Nobody) => { Chart::Nobody };
    (@chart $table:ident Part $column:ident of $whole:ident) => {
        Chart::Part(crate::$table::Column::$column, stringify!($whole))
    };
    (@chart $table:ident $kind:ident $column:ident) => { Chart::$kind(crate::$table::Column::$column) };
    (@provenance $table:ident ($($chart:ident)+)) => { in_practice!(@chart $table $($chart)+) };
    (@provenance $table:ident ($($chart:ident)+) $kind:ident $with:ident) => {
        in_practice!(@chart $table $kind $with)
    };
    (@ decides_sign_ins) => { true };
    (@) => { false };
}

in_practice! {
    access_reviews: Nobody;
    activity_findings: Nobody;
    activity_weeks: Nobody;
    addenda: Part(NoteId of notes);
    // The ledger of AI calls holds no text; who oversees the systems sees all of it.
    ai_calls: Nobody with Encounter(EncounterId);
    ai_orders: Nobody;
    ai_systems: Nobody;
    amendments: Client(ClientId);
    api_keys: Nobody;
    audit_cuts: Nobody;
    // An auditor sees who did what, about whomever.
    audit_events: Nobody;
    audit_links: Nobody;
    auth_sessions: Nobody, decides_sign_ins;
    care_team_members: Client(ClientId);
    chart_rules: Nobody;
    // The proof that a chart is gone stays.
    client_deletions: Client(ClientId);
    client_keys: Client(ClientId);
    client_marks: Client(ClientId);
    clients: Client(Id);
    consents: Client(ClientId);
    deletions: Nobody;
    disclosures: Client(ClientId);
    // Whoever answers for the practice sees that a chart was opened, and by whom.
    emergency_accesses: Nobody with Client(ClientId);
    encounter_clients: Client(ClientId);
    encounter_keys: Encounter(EncounterId);
    encounters: Encounter(Id);
    evidence: Part(TranscriptId of transcripts);
    idempotency_keys: Nobody;
    // What happened is kept although a chart that it was about is gone (45 CFR 164.414(b), 164.530(j)).
    incident_entries: Nobody;
    incidents: Nobody;
    invitations: Nobody;
    jobs: Encounter(EncounterId);
    legal_holds: Client(ClientId);
    mails: Nobody;
    memberships: Nobody, decides_sign_ins;
    notes: Encounter(EncounterId);
    pieces: Part(RecordingId of recordings);
    record_requests: Client(ClientId);
    recording_parts: Part(RecordingId of recordings);
    recordings: Encounter(EncounterId);
    roles: Nobody, decides_sign_ins;
    segments: Part(TranscriptId of transcripts);
    session_uses: Nobody;
    speakers: Part(TranscriptId of transcripts);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids of a whole are found by the chart it belongs to itself.
    #[test]
    fn what_has_parts_is_no_part() {
        let tables = tables();
        for table in &tables {
            let Chart::Part(_, whole) = table.provenance else { continue };
            let whole = tables.iter().find(|it| it.name == whole).map(|it| it.provenance);
            assert!(matches!(whole, Some(Chart::Encounter(_) | Chart::Client(_))), "{table:?}");
        }
    }
}
