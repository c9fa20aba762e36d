//! Which rows an actor sees: those of their practice, and of charts only those they have to do with.
//!
//! Whoever lacks [`Permission::AllClients`] sees the clients they are in care of; whoever supervises, also
//! those whom the people they supervise are in care of. What belongs to a session is seen by whoever sees
//! all clients in it: a couple's or a group's recording holds everybody's voice. A part of something, such
//! as a line of a transcript, is found only through what it is a part of.

use entities::{Chart, InPractice, care_team_members, encounter_clients, supervisions};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use shared::permissions::Permission;

use crate::Actor;

/// The condition that every query of a table is put under.
pub(crate) fn visible<E: InPractice>(actor: &Actor) -> Condition {
    let practice_id = actor.practice_id();
    let own = Condition::all().add(E::PRACTICE.eq(practice_id));
    if actor.is_software() || actor.permissions().contains(Permission::AllClients) {
        return own;
    }
    match E::CHART {
        Chart::Nobody | Chart::Part => own,
        Chart::Client(column) => own.add(column.in_subquery(clients_of(actor))),
        Chart::Encounter(column) => {
            let invisible = encounter_clients::Entity::find()
                .select_only()
                .column(encounter_clients::Column::ClientId)
                .filter(encounter_clients::Column::PracticeId.eq(practice_id))
                .filter(
                    Expr::col((encounter_clients::Entity, encounter_clients::Column::EncounterId))
                        .equals((E::default(), column)),
                )
                .filter(encounter_clients::Column::ClientId.not_in_subquery(clients_of(actor)));
            own.add(Expr::exists(invisible.into_query()).not())
        }
    }
}

/// The clients whom somebody without [`Permission::AllClients`] sees. A key of another program is in care of
/// nobody.
fn clients_of(actor: &Actor) -> SelectStatement {
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
    care_team_members::Entity::find()
        .select_only()
        .column(ClientId)
        .filter(PracticeId.eq(practice_id))
        .filter(in_care)
        .into_query()
}
