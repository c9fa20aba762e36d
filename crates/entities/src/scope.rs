//! Which tables belong to a practice. `access::Tx` reaches a table only through this trait, so a
//! query that forgets the practice cannot be written.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use shared::PracticeId;

/// A table whose rows each belong to one practice.
pub trait InPractice: EntityTrait<ActiveModel: ActiveModelTrait<Entity = Self>> {
    /// The column that names the practice.
    const PRACTICE: Self::Column;
    /// Whether a row decides who is signed in, and as what.
    const DECIDES_SIGN_INS: bool;

    /// Puts a new row into a practice.
    fn place(row: &mut Self::ActiveModel, practice_id: PracticeId);
}

macro_rules! in_practice {
    (decides sign-ins: $($deciding:ident),+; others: $($table:ident),+ $(,)?) => {
        $(in_practice!(@ $deciding true);)+
        $(in_practice!(@ $table false);)+
    };
    (@ $table:ident $decides:literal) => {
        impl InPractice for crate::$table::Entity {
            const PRACTICE: Self::Column = crate::$table::Column::PracticeId;
            const DECIDES_SIGN_INS: bool = $decides;

            fn place(row: &mut Self::ActiveModel, practice_id: PracticeId) {
                row.practice_id = Set(practice_id);
            }
        }
    };
}

in_practice! {
    decides sign-ins: auth_sessions, memberships, roles;
    others: addenda, ai_calls, ai_systems, api_keys, audit_events, clients, consents, encounter_clients, encounters,
        idempotency_keys, invitations, jobs, mails, notes, pieces, recording_parts, recordings, segments,
        session_uses, speakers, transcripts, uploads
}
