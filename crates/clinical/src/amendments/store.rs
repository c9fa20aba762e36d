//! The rows of requests that a record be changed.

use access::{AccessError, Fields, Tx};
use chrono::NaiveDate;
use entities::{Sealed, amendments as table};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder};
use shared::{
    AddendumId, AmendmentId, ClientId, NoteId, Phi,
    amendments::{
        Acceptance, AmendmentDenial, AmendmentGround, AmendmentState as State, AmendmentView, NewAmendment,
        NewPaper, Paper, PaperKind,
    },
    page::{Page, PageQuery},
    requests::{Extension, RequestFilter},
};

use crate::{clients, requests};

const TABLE: &str = "amendments";

pub type Table = table::Entity;

/// How a request ends.
pub struct Settled<'a> {
    pub state: State,
    pub answer: Option<&'a Phi<String>>,
    pub ground: Option<AmendmentGround>,
    pub told_on: Option<NaiveDate>,
    pub addendum_id: Option<AddendumId>,
}

impl Settled<'_> {
    pub fn as_(state: State) -> Self {
        Self { state, answer: None, ground: None, told_on: None, addendum_id: None }
    }
}

pub async fn insert(
    tx: &mut Tx,
    id: AmendmentId,
    client_id: ClientId,
    new: &NewAmendment,
    due_on: NaiveDate,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(client_id).await?, TABLE, id);
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        client_id: Set(client_id),
        note_id: Set(new.note_id),
        change: Set(fields.seal("change", &new.change)),
        reason: Set(fields.seal("reason", &new.reason)),
        received_on: Set(new.received_on),
        received_by: Set(tx.actor().user_id()),
        due_on: Set(due_on),
        extension_reason: Set(None),
        extension_told_on: Set(None),
        state: Set(State::Received),
        ground: Set(None),
        told_on: Set(None),
        answer: Set(None),
        addendum_id: Set(None),
        settled_by: Set(None),
        settled_at: Set(None),
        statement: Set(None),
        statement_on: Set(None),
        rebuttal: Set(None),
        rebuttal_on: Set(None),
        others_told: Set(None),
        others_told_on: Set(None),
        reminded: Set(0),
        created_at: Set(tx.now()),
    };
    tx.insert::<Table>(row).await
}

pub async fn settle(
    tx: &mut Tx,
    (id, client_id): (AmendmentId, ClientId),
    settled: Settled<'_>,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(client_id).await?, TABLE, id);
    let row = table::ActiveModel {
        state: Set(settled.state),
        ground: Set(settled.ground),
        told_on: Set(settled.told_on),
        answer: Set(settled.answer.map(|words| fields.seal("answer", words))),
        addendum_id: Set(settled.addendum_id),
        settled_by: Set(Some(tx.actor().user_id())),
        settled_at: Set(Some(tx.now())),
        ..Default::default()
    };
    write(tx, id, row).await
}

pub async fn add_paper(
    tx: &mut Tx,
    (id, client_id): (AmendmentId, ClientId),
    paper: &NewPaper,
) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(client_id).await?, TABLE, id);
    let sealed = |column| Set(Some(fields.seal(column, &paper.words)));
    let (on, mut row) = (Set(Some(paper.on)), table::ActiveModel::default());
    match paper.kind {
        PaperKind::Statement => (row.statement, row.statement_on) = (sealed("statement"), on),
        PaperKind::Rebuttal => (row.rebuttal, row.rebuttal_on) = (sealed("rebuttal"), on),
        PaperKind::OthersTold => (row.others_told, row.others_told_on) = (sealed("others_told"), on),
    }
    write(tx, id, row).await
}

async fn write(tx: &mut Tx, id: AmendmentId, row: table::ActiveModel) -> Result<(), AccessError> {
    let update = tx.update::<Table>().filter(table::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// The note that a request is about.
pub async fn find_note(tx: &Tx, id: AmendmentId) -> Result<Option<NoteId>, AccessError> {
    Ok(find(tx, id).await?.and_then(|row| row.note_id))
}

async fn find(tx: &Tx, id: AmendmentId) -> Result<Option<table::Model>, AccessError> {
    tx.one(tx.find::<Table>().filter(table::Column::Id.eq(id))).await
}

pub async fn list(
    tx: &Tx,
    filter: &RequestFilter,
    query: &PageQuery,
) -> Result<Page<AmendmentView>, AccessError> {
    let page = requests::store::list::<Table>(tx, filter, query).await?;
    Ok(Page { items: views(tx, page.items).await?, next_cursor: page.next_cursor })
}

/// What was accepted or denied, in the order in which it came. A client asks for few.
pub async fn list_answered(tx: &Tx, client_id: ClientId) -> Result<Vec<AmendmentView>, AccessError> {
    let select = tx
        .find::<Table>()
        .filter(table::Column::ClientId.eq(client_id))
        .filter(table::Column::State.is_in([State::Accepted, State::Denied]))
        .order_by_asc(table::Column::ReceivedOn)
        .order_by_asc(table::Column::Id);
    views(tx, tx.all(select).await?).await
}

pub async fn view(tx: &Tx, id: AmendmentId) -> Result<Option<AmendmentView>, AccessError> {
    let row = find(tx, id).await?;
    Ok(views(tx, row.into_iter().collect()).await?.pop())
}

async fn views(tx: &Tx, rows: Vec<table::Model>) -> Result<Vec<AmendmentView>, AccessError> {
    let names = clients::store::names_among(tx, rows.iter().map(|row| row.client_id)).await?;
    let keys = tx.client_keys(rows.iter().map(|row| row.client_id).collect()).await?;
    let today = tx.now().date_naive();
    let view = |row: table::Model| {
        let fields = Fields::of(keys.of(row.client_id)?, TABLE, row.id);
        let paper = |column, words: Option<&Sealed>, on: Option<NaiveDate>| {
            Ok::<_, AccessError>(
                fields.open_some(column, words)?.zip(on).map(|(words, on)| Paper { words, on }),
            )
        };
        let reason = fields.open_some("extension_reason", row.extension_reason.as_ref())?;
        let answer = fields.open_some("answer", row.answer.as_ref())?.zip(row.told_on);
        let (mut acceptance, mut denial) = (None, None);
        if let Some((words, told_on)) = answer {
            match row.ground {
                Some(ground) => denial = Some(AmendmentDenial { ground, words, told_on }),
                None => acceptance = Some(Acceptance { words, told_on, addendum_id: row.addendum_id }),
            }
        }
        Ok(AmendmentView {
            id: row.id,
            client_id: row.client_id,
            client_name: names.get(&row.client_id).cloned().unwrap_or_default(),
            note_id: row.note_id,
            state: row.state,
            change: fields.open("change", &row.change)?,
            reason: fields.open("reason", &row.reason)?,
            received_on: row.received_on,
            due_on: row.due_on,
            days_left: (row.state == State::Received).then(|| (row.due_on - today).num_days()),
            extension: reason
                .zip(row.extension_told_on)
                .map(|(reason, told_on)| Extension { reason, told_on }),
            acceptance,
            denial,
            statement: paper("statement", row.statement.as_ref(), row.statement_on)?,
            rebuttal: paper("rebuttal", row.rebuttal.as_ref(), row.rebuttal_on)?,
            others_told: paper("others_told", row.others_told.as_ref(), row.others_told_on)?,
            settled_at: row.settled_at,
            settled_by: row.settled_by,
        })
    };
    rows.into_iter().map(view).collect()
}
