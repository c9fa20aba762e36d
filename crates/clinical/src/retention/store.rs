//! The rules that a practice has decided on, and charts with whom nobody has had to do for long.

use access::{AccessError, Tx};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{
    addenda, chart_rules as table, client_deletions, clients as charts, encounter_clients, encounters,
    legal_holds, notes,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::SelectStatement,
};
use shared::{
    ChartRuleId, ClientId, Phi,
    client_deletions::DeletionGround,
    retention::{ChartRule, ChartRuleView, KEPT_DAYS, MinorsRule},
};

use crate::clients;

pub type Row = table::Model;

/// Which charts are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// All of them.
    All,
    /// Those that are not on hold.
    NotHeld,
    /// And of these those that are not put up, and that nobody kept lately.
    NotYetProposed,
}

pub async fn insert(
    tx: &mut Tx,
    id: ChartRuleId,
    rule: Option<ChartRule>,
    effective_at: DateTime<Utc>,
) -> Result<(), AccessError> {
    let row = Row {
        id,
        practice_id: tx.practice_id(),
        years: rule.map(|rule| rule.years),
        age_of_majority: rule.map(|rule| rule.minors.age_of_majority),
        minor_years: rule.map(|rule| rule.minors.years),
        saved_by: tx.actor().user_id(),
        saved_at: tx.now(),
        effective_at,
        withdrawn_at: None,
    };
    tx.insert::<table::Entity>(row).await
}

/// The one that was decided last of those whose day has come.
pub async fn find_in_force(tx: &Tx) -> Result<Option<Row>, AccessError> {
    tx.one(latest(tx).filter(table::Column::EffectiveAt.lte(tx.now()))).await
}

/// The one whose day has not come.
pub async fn find_waiting(tx: &Tx) -> Result<Option<Row>, AccessError> {
    tx.one(latest(tx).filter(table::Column::EffectiveAt.gt(tx.now()))).await
}

fn latest(tx: &Tx) -> sea_orm::Select<table::Entity> {
    tx.find::<table::Entity>()
        .filter(table::Column::WithdrawnAt.is_null())
        .order_by_desc(table::Column::Id)
        .limit(1)
}

pub async fn withdraw(tx: &mut Tx, id: ChartRuleId) -> Result<(), AccessError> {
    let row = table::ActiveModel { withdrawn_at: Set(Some(tx.now())), ..Default::default() };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// `None`: charts stay.
pub fn rule(row: &Row) -> Option<ChartRule> {
    let minors = MinorsRule { age_of_majority: row.age_of_majority?, years: row.minor_years? };
    Some(ChartRule { years: row.years?, minors })
}

pub fn view(row: Row) -> ChartRuleView {
    ChartRuleView {
        id: row.id,
        rule: rule(&row),
        saved_by: row.saved_by,
        saved_at: row.saved_at,
        effective_at: row.effective_at,
    }
}

/// Clients whose chart was begun before a moment, and with whom there was no session, and of whom no note was written,
/// signed or added to, since then; with their dates of birth.
pub async fn list_quiet_since(
    tx: &Tx,
    since: DateTime<Utc>,
    only: Option<ClientId>,
    among: Among,
) -> Result<Vec<(ClientId, Option<Phi<NaiveDate>>)>, AccessError> {
    let mut select = tx
        .find::<charts::Entity>()
        .filter(charts::Column::CreatedAt.lt(since))
        .filter(charts::Column::Id.not_in_subquery(seen_since(tx, since)))
        .order_by_asc(charts::Column::Id);
    if let Some(only) = only {
        select = select.filter(charts::Column::Id.eq(only));
    }
    if among != Among::All {
        let held = tx.find::<legal_holds::Entity>().filter(legal_holds::Column::ReleasedAt.is_null());
        let held = held.select_only().column(legal_holds::Column::ClientId).into_query();
        select = select.filter(charts::Column::Id.not_in_subquery(held));
    }
    if among == Among::NotYetProposed {
        use client_deletions::Column;
        let kept = Condition::all()
            .add(Column::Ground.eq(DeletionGround::Rule))
            .add(Column::WithdrawnAt.gt(tx.now() - TimeDelta::days(KEPT_DAYS)))
            .add(Column::KeptBecause.is_not_null());
        let open = Condition::all()
            .add(Column::WithdrawnAt.is_null())
            .add(Column::HeldAt.is_null())
            .add(Column::FinishedAt.is_null());
        let decided = tx.find::<client_deletions::Entity>().filter(Condition::any().add(kept).add(open));
        let decided = decided.select_only().column(Column::ClientId).into_query();
        select = select.filter(charts::Column::Id.not_in_subquery(decided));
    }
    let rows = tx.all(select).await?;
    clients::store::dates_of_birth(tx, rows).await
}

/// The clients of sessions that were, or are planned, or whose notes were touched, at a moment or later.
fn seen_since(tx: &Tx, since: DateTime<Utc>) -> SelectStatement {
    use encounters::Column;
    let noted = tx.find::<notes::Entity>().filter(notes::Column::UpdatedAt.gte(since));
    let added = tx.find::<addenda::Entity>().filter(addenda::Column::CreatedAt.gte(since));
    let added = added.select_only().column(addenda::Column::NoteId).into_query();
    let added = tx.find::<notes::Entity>().filter(notes::Column::Id.in_subquery(added));
    let of_note = |notes: sea_orm::Select<notes::Entity>| {
        notes.select_only().column(notes::Column::EncounterId).into_query()
    };
    let recent = Condition::any()
        .add(Column::CreatedAt.gte(since))
        .add(Column::ScheduledStart.gte(since))
        .add(Column::StartedAt.gte(since))
        .add(Column::EndedAt.gte(since))
        .add(Column::Id.in_subquery(of_note(noted)))
        .add(Column::Id.in_subquery(of_note(added)));
    let sessions =
        tx.find::<encounters::Entity>().filter(recent).select_only().column(Column::Id).into_query();
    tx.find::<encounter_clients::Entity>()
        .filter(encounter_clients::Column::EncounterId.in_subquery(sessions))
        .select_only()
        .column(encounter_clients::Column::ClientId)
        .into_query()
}
