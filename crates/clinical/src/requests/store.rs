//! The clocks of requests, in whichever table they are.

use access::{AccessError, Fields, Tx};
use chrono::NaiveDate;
use entities::InPractice;
use sea_orm::{
    ColumnTrait as _, FromQueryResult, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
    sea_query::Expr,
};
use shared::{
    ClientId,
    page::{Page, PageQuery},
    requests::{ExtendRequest, RequestFilter},
};
use uuid::Uuid;

use crate::store::page_by_day;

/// The state of every request that was not answered yet.
const WAITING: &str = "received";

/// A table of requests with a clock.
pub trait Clocked: InPractice {
    const TABLE: &'static str;
    const ID: Self::Column;
    const CLIENT_ID: Self::Column;
    const STATE: Self::Column;
    const RECEIVED_ON: Self::Column;
    const DUE_ON: Self::Column;
    const EXTENSION_REASON: Self::Column;
    const EXTENSION_TOLD_ON: Self::Column;
    const REMINDED: Self::Column;
}

macro_rules! clocked {
    ($($table:ident),+) => {$(
        impl Clocked for entities::$table::Entity {
            const TABLE: &'static str = stringify!($table);
            const ID: Self::Column = entities::$table::Column::Id;
            const CLIENT_ID: Self::Column = entities::$table::Column::ClientId;
            const STATE: Self::Column = entities::$table::Column::State;
            const RECEIVED_ON: Self::Column = entities::$table::Column::ReceivedOn;
            const DUE_ON: Self::Column = entities::$table::Column::DueOn;
            const EXTENSION_REASON: Self::Column = entities::$table::Column::ExtensionReason;
            const EXTENSION_TOLD_ON: Self::Column = entities::$table::Column::ExtensionToldOn;
            const REMINDED: Self::Column = entities::$table::Column::Reminded;
        }
    )+};
}

clocked!(amendments, record_requests);

/// The clock of one request.
#[derive(Debug, FromQueryResult)]
pub struct Clock {
    pub id: Uuid,
    pub client_id: ClientId,
    state: String,
    pub received_on: NaiveDate,
    pub due_on: NaiveDate,
    pub extension_told_on: Option<NaiveDate>,
}

impl Clock {
    pub fn is_waiting(&self) -> bool {
        self.state == WAITING
    }
}

fn clocks<E: Clocked>(tx: &Tx) -> Select<E> {
    tx.find::<E>().select_only().columns([
        E::ID,
        E::CLIENT_ID,
        E::STATE,
        E::RECEIVED_ON,
        E::DUE_ON,
        E::EXTENSION_TOLD_ON,
    ])
}

/// A request, which nobody else changes until the transaction ends.
pub async fn find_and_hold<E: Clocked>(tx: &Tx, id: Uuid) -> Result<Option<Clock>, AccessError> {
    Ok(tx.all_as(clocks::<E>(tx).filter(E::ID.eq(id)).lock_exclusive()).await?.pop())
}

/// Those that wait and are due by this day, as far as they were not told to be overdue.
pub async fn list_waiting_until<E: Clocked>(tx: &Tx, day: NaiveDate) -> Result<Vec<Clock>, AccessError> {
    let select = clocks::<E>(tx)
        .filter(E::STATE.eq(WAITING))
        .filter(E::DUE_ON.lte(day))
        .filter(E::REMINDED.lt(3))
        .order_by_asc(E::DUE_ON)
        .limit(1_000);
    tx.all_as(select).await
}

/// The longer time is reminded of anew.
pub async fn extend<E: Clocked>(
    tx: &mut Tx,
    clock: &Clock,
    extension: &ExtendRequest,
    due_on: NaiveDate,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(clock.client_id).await?, E::TABLE, clock.id);
    let reason = fields.seal("extension_reason", &extension.reason);
    let update = tx
        .update::<E>()
        .filter(E::ID.eq(clock.id))
        .col_expr(E::EXTENSION_REASON, Expr::value(reason))
        .col_expr(E::EXTENSION_TOLD_ON, Expr::value(extension.told_on))
        .col_expr(E::DUE_ON, Expr::value(due_on))
        .col_expr(E::REMINDED, Expr::value(0));
    tx.execute_update(update).await.map(drop)
}

/// Remembers that the last day was reminded of, unless that was done before or the day is another one by now.
pub async fn remember_reminder<E: Clocked>(
    tx: &mut Tx,
    clock: &Clock,
    nearness: i32,
) -> Result<bool, AccessError> {
    let update = tx
        .update::<E>()
        .filter(E::ID.eq(clock.id))
        .filter(E::STATE.eq(WAITING))
        .filter(E::DUE_ON.eq(clock.due_on))
        .filter(E::REMINDED.lt(nearness))
        .col_expr(E::REMINDED, Expr::value(nearness));
    Ok(tx.execute_update(update).await? == 1)
}

/// Those that wait, the first due first; or those that were settled, the last due first.
pub async fn list<E: Clocked>(
    tx: &Tx,
    filter: &RequestFilter,
    query: &PageQuery,
) -> Result<Page<E::Model>, AccessError> {
    let (of_state, order) =
        if filter.settled { (E::STATE.ne(WAITING), Order::Desc) } else { (E::STATE.eq(WAITING), Order::Asc) };
    let mut select = tx.find::<E>().filter(of_state);
    if let Some(client_id) = filter.client_id {
        select = select.filter(E::CLIENT_ID.eq(client_id));
    }
    page_by_day(tx, select, (E::DUE_ON, E::ID), order, query).await
}
