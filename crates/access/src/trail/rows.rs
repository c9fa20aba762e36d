//! Reading rows of the trail as they are stored, without a copy of each: a verification reads millions.

use audit::Row;
use chrono::{DateTime, Utc};
use entities::audit_events::{Column, Entity};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QueryResult,
    QuerySelect as _, QueryTrait as _,
};
use shared::PracticeId;
use sqlx::{ColumnIndex, Decode};
use uuid::Uuid;

use crate::{AccessError, connection::Transaction};

/// The columns of a [`Row`], in the order in which they are read.
const COLUMNS: [Column; 17] = [
    Column::Id,
    Column::At,
    Column::Action,
    Column::UserId,
    Column::Actor,
    Column::ClientId,
    Column::Subject,
    Column::SubjectId,
    Column::Outcome,
    Column::RequestId,
    Column::Detail,
    Column::EmergencyId,
    Column::Mac,
    Column::Network,
    Column::Role,
    Column::Purpose,
    Column::SessionId,
];

/// What is stored in a row's place.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and a box for each of millions would cost"
)]
pub(super) enum Stored<'r> {
    Row(Row<'r>),
    /// Nothing that the software writes: SQLite keeps any type in any column.
    Unreadable(Option<Uuid>),
}

/// The rows after an id, in the order of their ids.
pub(super) async fn after(
    transaction: &Transaction,
    practice_id: PracticeId,
    after: Option<Uuid>,
    most: u64,
) -> Result<Vec<QueryResult>, AccessError> {
    let mut select = Entity::find().filter(Column::PracticeId.eq(practice_id));
    if let Some(id) = after {
        select = select.filter(Column::Id.gt(id));
    }
    let select = select.select_only().columns(COLUMNS).order_by_asc(Column::Id).limit(most);
    Ok(transaction.query_all_raw(select.build(transaction.get_database_backend())).await?)
}

/// The rows with these ids, in the order of their ids.
pub(super) async fn with_ids(
    transaction: &Transaction,
    practice_id: PracticeId,
    ids: &[Uuid],
) -> Result<Vec<QueryResult>, AccessError> {
    let select = Entity::find()
        .filter(Column::PracticeId.eq(practice_id))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .select_only()
        .columns(COLUMNS)
        .order_by_asc(Column::Id);
    Ok(transaction.query_all_raw(select.build(transaction.get_database_backend())).await?)
}

/// The ids after an id, in order.
pub(super) async fn ids_after(
    transaction: &Transaction,
    practice_id: PracticeId,
    after: Uuid,
    most: u64,
) -> Result<Vec<Uuid>, AccessError> {
    let select = Entity::find()
        .filter(Column::PracticeId.eq(practice_id))
        .filter(Column::Id.gt(after))
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::Id)
        .limit(most);
    let rows = transaction.query_all_raw(select.build(transaction.get_database_backend())).await?;
    Ok(rows.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect())
}

/// The row, borrowed from what was read.
pub(super) fn stored(read: &QueryResult) -> Stored<'_> {
    if let Some(row) = read.try_as_pg_row() {
        decode(row)
    } else if let Some(row) = read.try_as_sqlite_row() {
        decode(row)
    } else {
        Stored::Unreadable(None)
    }
}

fn decode<'r, R>(read: &'r R) -> Stored<'r>
where
    R: sqlx::Row,
    usize: ColumnIndex<R>,
    Uuid: Decode<'r, R::Database>,
    DateTime<Utc>: Decode<'r, R::Database>,
    &'r str: Decode<'r, R::Database>,
    &'r [u8]: Decode<'r, R::Database>,
{
    let row = || {
        Ok::<_, sqlx::Error>(Row {
            id: read.try_get_unchecked(0)?,
            at: read.try_get_unchecked::<DateTime<Utc>, _>(1)?.timestamp_micros(),
            action: read.try_get_unchecked(2)?,
            user_id: read.try_get_unchecked(3)?,
            actor: read.try_get_unchecked(4)?,
            client_id: read.try_get_unchecked(5)?,
            subject: read.try_get_unchecked(6)?,
            subject_id: read.try_get_unchecked(7)?,
            outcome: read.try_get_unchecked(8)?,
            request_id: read.try_get_unchecked(9)?,
            detail: read.try_get_unchecked(10)?,
            emergency_id: read.try_get_unchecked(11)?,
            mac: read.try_get_unchecked(12)?,
            network: read.try_get_unchecked(13)?,
            role: read.try_get_unchecked(14)?,
            purpose: read.try_get_unchecked(15)?,
            session_id: read.try_get_unchecked(16)?,
        })
    };
    row().map_or_else(|_unreadable| Stored::Unreadable(read.try_get_unchecked(0).ok()), Stored::Row)
}
