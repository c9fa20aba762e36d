//! Which rows an actor sees: those of their practice, and of charts only those they have to do with.
//!
//! Whoever lacks [`Permission::AllClients`] sees the clients they are in care of, and for an hour those whose
//! chart they have opened in an emergency; whoever supervises, also those whom the people they supervise are
//! in care of. What belongs to a session is seen by whoever sees all clients in it: a couple's or a group's
//! recording holds everybody's voice. A part of something, such as a line of a transcript, is found only through
//! what it is a part of.

use chrono::{DateTime, Utc};
use entities::{Chart, InPractice, care_team_members, emergency_accesses, encounter_clients, supervisions};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SelectStatement, UnionType},
};
use shared::permissions::Permission;

use crate::Actor;

/// The condition that every query of a table is put under; `now` says which emergencies go on, and `None` that
/// none of them counts.
pub(crate) fn visible<E: InPractice>(actor: &Actor, now: Option<DateTime<Utc>>) -> Condition {
    let practice_id = actor.practice_id();
    let own = Condition::all().add(E::PRACTICE.eq(practice_id));
    if actor.is_software() || actor.permissions().contains(Permission::AllClients) {
        return own;
    }
    match E::CHART {
        Chart::Nobody | Chart::Part(..) => own,
        Chart::Client(column) => own.add(column.in_subquery(clients_of(actor, now))),
        Chart::Encounter(column) => {
            let invisible = encounter_clients::Entity::find()
                .select_only()
                .column(encounter_clients::Column::ClientId)
                .filter(encounter_clients::Column::PracticeId.eq(practice_id))
                .filter(
                    Expr::col((encounter_clients::Entity, encounter_clients::Column::EncounterId))
                        .equals((E::default(), column)),
                )
                .filter(encounter_clients::Column::ClientId.not_in_subquery(clients_of(actor, now)));
            own.add(Expr::exists(invisible.into_query()).not())
        }
    }
}

/// The clients whom somebody without [`Permission::AllClients`] sees. A key of another program is in care of
/// nobody.
fn clients_of(actor: &Actor, now: Option<DateTime<Utc>>) -> SelectStatement {
    use care_team_members::Column::{ClientId, PracticeId, UserId};
    let (practice_id, user_id) = (actor.practice_id(), actor.user_id());
    let mut in_care = Condition::any().add(UserId.eq(user_id));
    if actor.permissions().contains(Permission::CoSignNotes) {
        let supervised = supervisions::Entity::find()
            .select_only()
            .column(supervisions::Column::UserId)
            .filter(supervisions::Column::PracticeId.eq(practice_id))
            .filter(supervisions::Column::SupervisorId.eq(user_id));
        in_care = in_care.add(UserId.in_subquery(supervised.into_query()));
    }
    let mut clients = care_team_members::Entity::find()
        .select_only()
        .column(ClientId)
        .filter(PracticeId.eq(practice_id))
        .filter(in_care)
        .into_query();
    // Whoever has lost the permission meanwhile sees nothing by it any more.
    if let Some(now) = now.filter(|_| actor.permissions().contains(Permission::BreakGlass)) {
        clients.union(UnionType::All, in_emergency(actor, now));
    }
    clients
}

/// The clients whose charts are open to a person in an emergency (45 CFR 164.312(a)(2)(ii)).
fn in_emergency(actor: &Actor, now: DateTime<Utc>) -> SelectStatement {
    use emergency_accesses::Column::{ClientId, EndedAt, ExpiresAt, PracticeId, UserId};
    emergency_accesses::Entity::find()
        .select_only()
        .column(ClientId)
        .filter(PracticeId.eq(actor.practice_id()))
        .filter(UserId.eq(actor.user_id()))
        .filter(EndedAt.is_null())
        .filter(ExpiresAt.gt(now))
        .into_query()
}
