//! The rows of requests for records.

use access::{AccessError, Fields, Tx};
use chrono::NaiveDate;
use entities::record_requests as table;
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter};
use shared::{
    ClientId, Phi, RecordRequestId,
    page::{Page, PageQuery},
    record_requests::{
        Denial, DenialGround, NewRecordRequest, RecordRequestState as State, RecordRequestView,
    },
    requests::{Extension, RequestFilter},
};

use crate::{clients, requests};

const TABLE: &str = "record_requests";

pub type Row = table::Model;
pub type Table = table::Entity;

/// How a request ends.
pub struct Settled<'a> {
    pub state: State,
    pub answer: Option<&'a Phi<String>>,
    pub ground: Option<DenialGround>,
    pub told_on: Option<NaiveDate>,
}

impl Settled<'_> {
    pub fn as_(state: State) -> Self {
        Self { state, answer: None, ground: None, told_on: None }
    }
}

pub async fn insert(
    tx: &mut Tx,
    id: RecordRequestId,
    client_id: ClientId,
    new: &NewRecordRequest,
    due_on: NaiveDate,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(client_id).await?, TABLE, id);
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        client_id: Set(client_id),
        asker: Set(new.asker),
        asker_words: Set(new.asker_words.as_ref().map(|words| fields.seal("asker_words", words))),
        received_on: Set(new.received_on),
        received_by: Set(tx.actor().user_id()),
        form: Set(new.form),
        from_on: Set(new.from),
        to_on: Set(new.to),
        due_on: Set(due_on),
        extension_reason: Set(None),
        extension_told_on: Set(None),
        state: Set(State::Received),
        ground: Set(None),
        told_on: Set(None),
        answer: Set(None),
        settled_by: Set(None),
        settled_at: Set(None),
        reminded: Set(0),
        created_at: Set(tx.now()),
    };
    tx.insert::<table::Entity>(row).await
}

pub async fn settle(
    tx: &mut Tx,
    (id, client_id): (RecordRequestId, ClientId),
    settled: Settled<'_>,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(client_id).await?, TABLE, id);
    let row = table::ActiveModel {
        state: Set(settled.state),
        ground: Set(settled.ground),
        told_on: Set(settled.told_on),
        answer: Set(settled.answer.map(|words| fields.seal("answer", words))),
        settled_by: Set(Some(tx.actor().user_id())),
        settled_at: Set(Some(tx.now())),
        ..Default::default()
    };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

pub async fn find(tx: &Tx, id: RecordRequestId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await
}

pub async fn list(
    tx: &Tx,
    filter: &RequestFilter,
    query: &PageQuery,
) -> Result<Page<RecordRequestView>, AccessError> {
    let page = requests::store::list::<Table>(tx, filter, query).await?;
    Ok(Page { items: views(tx, page.items).await?, next_cursor: page.next_cursor })
}

pub async fn view(tx: &Tx, id: RecordRequestId) -> Result<Option<RecordRequestView>, AccessError> {
    let row = find(tx, id).await?;
    Ok(views(tx, row.into_iter().collect()).await?.pop())
}

async fn views(tx: &Tx, rows: Vec<Row>) -> Result<Vec<RecordRequestView>, AccessError> {
    let names = clients::store::names_among(tx, rows.iter().map(|row| row.client_id)).await?;
    let keys = tx.client_keys(rows.iter().map(|row| row.client_id).collect()).await?;
    let today = tx.now().date_naive();
    let view = |row: Row| {
        let fields = Fields::of(keys.of(row.client_id)?, TABLE, row.id);
        let answer = fields.open_some("answer", row.answer.as_ref())?;
        let reason = fields.open_some("extension_reason", row.extension_reason.as_ref())?;
        let (denial, handed_over) = match (row.ground, row.told_on, answer) {
            (Some(ground), Some(told_on), Some(words)) => {
                (Some(Denial { ground, reviewable: ground.is_reviewable(), words, told_on }), None)
            }
            (_, _, words) => (None, words),
        };
        Ok(RecordRequestView {
            id: row.id,
            client_id: row.client_id,
            client_name: names.get(&row.client_id).cloned().unwrap_or_default(),
            state: row.state,
            asker: row.asker,
            asker_words: fields.open_some("asker_words", row.asker_words.as_ref())?,
            received_on: row.received_on,
            form: row.form,
            from: row.from_on,
            to: row.to_on,
            due_on: row.due_on,
            days_left: (row.state == State::Received).then(|| (row.due_on - today).num_days()),
            extension: reason
                .zip(row.extension_told_on)
                .map(|(reason, told_on)| Extension { reason, told_on }),
            denial,
            handed_over,
            settled_at: row.settled_at,
            settled_by: row.settled_by,
        })
    };
    rows.into_iter().map(view).collect()
}
