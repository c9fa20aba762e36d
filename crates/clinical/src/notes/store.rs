//! Notes and their addenda in the database.

use std::collections::BTreeSet;

use access::{AccessError, Fields, Tx};
use chrono::{DateTime, Utc};
use crypto::DataKey;
use entities::{addenda, notes as table, supervisions};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait as _, Func, SelectStatement},
};
use shared::{
    AiCallId, ClientId, EncounterId, NoteId, SegmentId, UserId,
    notes::{AddendumView, NoteFilter, NoteStatus, NoteSummary, Signature},
    page::{Page, PageQuery},
};

use super::note::{Note, State};
use crate::client_deletions;

const TABLE: &str = "notes";

pub async fn insert(tx: &mut Tx, note: &Note) -> Result<(), AccessError> {
    let key = tx.session_key(note.encounter_id).await?;
    tx.insert::<table::Entity>(row(&key, note)?).await
}

/// As [`insert`], when the transaction is kept.
pub async fn insert_last(tx: &mut Tx, note: &Note) -> Result<(), AccessError> {
    let key = tx.session_key(note.encounter_id).await?;
    tx.insert_last::<table::Entity>(row(&key, note)?);
    Ok(())
}

fn row(key: &DataKey, note: &Note) -> Result<table::ActiveModel, AccessError> {
    let content = Fields::of(key, TABLE, note.id).seal_json("content", &note.sections)?;
    Ok(table::ActiveModel {
        id: Set(note.id),
        practice_id: Set(note.practice_id),
        encounter_id: Set(note.encounter_id),
        client_id: Set(note.client_id),
        moved_by: Set(None),
        kind: Set(note.kind),
        template: Set(note.template),
        status: Set(note.status()),
        revision: Set(note.revision),
        content: Set(content),
        ai_call_id: Set(note.ai_call_id),
        draft_label: Set(note.draft_label.clone()),
        author_id: Set(note.author_id),
        signed_by: Set(None),
        signed_at: Set(None),
        signed_sha256: Set(None),
        signer_name: Set(None),
        co_signed_by: Set(None),
        co_signed_at: Set(None),
        co_signed_sha256: Set(None),
        co_signer_name: Set(None),
        given_back: Set(None),
        dismissals: Set(None),
        created_at: Set(note.created_at),
        updated_at: Set(note.updated_at),
    })
}

/// Writes a changed note, if its revision still is `expected` and it is not signed for good; says whether
/// it was. Of two tabs that save at once, the second finds another revision.
pub async fn update(tx: &mut Tx, expected: i32, note: &Note) -> Result<bool, AccessError> {
    let fields = Fields::of(&tx.session_key(note.encounter_id).await?, TABLE, note.id);
    let mut row = table::ActiveModel {
        status: Set(note.status()),
        revision: Set(note.revision),
        content: Set(fields.seal_json("content", &note.sections)?),
        updated_at: Set(note.updated_at),
        ..Default::default()
    };
    row.given_back = Set(note.given_back.as_ref().map(|reason| fields.seal("given_back", reason)));
    if matches!(note.state, State::Draft) {
        // It is signed anew, in the chart in which it is.
        row.moved_by = Set(None);
    }
    let (first, second) = match &note.state {
        State::Draft => (None, None),
        State::AwaitingCoSignature(first) | State::Signed(first) => (Some(first), None),
        State::CoSigned(first, second) => (Some(first), Some(second)),
    };
    row.signed_by = Set(first.map(|it| it.signer_id));
    row.signed_at = Set(first.map(|it| it.signed_at));
    row.signed_sha256 = Set(first.map(|it| it.sha256.clone()));
    row.signer_name = Set(first.map(|it| fields.seal("signer_name", &it.signer_name)));
    row.co_signed_by = Set(second.map(|it| it.signer_id));
    row.co_signed_at = Set(second.map(|it| it.signed_at));
    row.co_signed_sha256 = Set(second.map(|it| it.sha256.clone()));
    row.co_signer_name = Set(second.map(|it| fields.seal("co_signer_name", &it.signer_name)));
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(note.id))
        .filter(table::Column::Revision.eq(expected))
        .filter(table::Column::Status.ne(NoteStatus::Signed))
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}

/// Writes which lines about risk need no place in a note, of which nothing else changes.
pub async fn update_dismissals(tx: &mut Tx, note: &Note) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.session_key(note.encounter_id).await?, TABLE, note.id);
    let row = table::ActiveModel {
        dismissals: Set(Some(fields.seal_json("dismissals", &note.dismissals)?)),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(note.id)).set(row);
    tx.execute_update(update).await?;
    Ok(())
}

/// A note that fits its signature, if it has one.
pub async fn find(tx: &Tx, id: NoteId) -> Result<Option<Note>, AccessError> {
    let row = tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await?;
    let Some(row) = row else { return Ok(None) };
    let signed_in_chart_of = match row.moved_by {
        Some(deletion) => client_deletions::store::find(tx, deletion).await?.map(|it| it.client_id),
        None => None,
    };
    let key = tx.session_key(row.encounter_id).await?;
    opened(&key, row, signed_in_chart_of).map(Some)
}

pub async fn find_by_call(tx: &Tx, ai_call_id: AiCallId) -> Result<Option<NoteId>, AccessError> {
    let row = tx.one(tx.find::<table::Entity>().filter(table::Column::AiCallId.eq(ai_call_id))).await?;
    Ok(row.map(|row| row.id))
}

/// Whether one person answers for another's work.
pub async fn supervises(tx: &Tx, supervisor: UserId, user: UserId) -> Result<bool, AccessError> {
    let select = tx
        .find::<supervisions::Entity>()
        .filter(supervisions::Column::SupervisorId.eq(supervisor))
        .filter(supervisions::Column::UserId.eq(user));
    Ok(tx.one(select).await?.is_some())
}

pub async fn list(tx: &Tx, filter: &NoteFilter, query: &PageQuery) -> Result<Page<NoteSummary>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(encounter_id) = filter.encounter_id {
        select = select.filter(table::Column::EncounterId.eq(encounter_id));
    }
    if let Some(client_id) = filter.client_id {
        select = select.filter(table::Column::ClientId.eq(client_id));
    }
    if let Some(status) = filter.status {
        select = select.filter(table::Column::Status.eq(status));
    }
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<NoteId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let rows = tx.all(select).await?;
    Ok(Page::from_overfull(rows, query.rows(), |row| row.id.to_string()).map(|row| NoteSummary {
        id: row.id,
        encounter_id: row.encounter_id,
        client_id: row.client_id,
        template_id: row.template,
        status: row.status,
        signed_at: row.signed_at,
        updated_at: row.updated_at,
    }))
}

/// The sessions with a note that was signed, by all who have to, at `before` or earlier.
pub fn sessions_signed_until(tx: &Tx, before: DateTime<Utc>) -> SelectStatement {
    let signed_at =
        Func::coalesce([Expr::col(table::Column::CoSignedAt), Expr::col(table::Column::SignedAt)]);
    let signed = tx.find::<table::Entity>().filter(table::Column::Status.eq(NoteStatus::Signed));
    sessions(signed.filter(Expr::expr(signed_at).lte(before)))
}

/// The sessions with a note that is not signed by all who have to; of drafts that an AI system made, only those that
/// somebody changed since `drafted_before`, where it is given.
pub fn sessions_in_writing(tx: &Tx, drafted_before: Option<DateTime<Utc>>) -> SelectStatement {
    let mut unsigned = tx.find::<table::Entity>().filter(table::Column::Status.ne(NoteStatus::Signed));
    if let Some(before) = drafted_before {
        unsigned = unsigned.filter(is_drafted().add(table::Column::UpdatedAt.lte(before)).not());
    }
    sessions(unsigned)
}

/// Made by an AI system, and signed by nobody.
fn is_drafted() -> Condition {
    Condition::all()
        .add(table::Column::Status.eq(NoteStatus::Draft))
        .add(table::Column::AiCallId.is_not_null())
}

fn sessions(notes: Select<table::Entity>) -> SelectStatement {
    notes.select_only().column(table::Column::EncounterId).into_query()
}

/// The drafts of a session, which nobody else changes until the transaction ends.
pub async fn hold_drafts(tx: &Tx, encounter_id: EncounterId) -> Result<Vec<Note>, AccessError> {
    let select = tx
        .find::<table::Entity>()
        .filter(table::Column::EncounterId.eq(encounter_id))
        .filter(table::Column::Status.eq(NoteStatus::Draft))
        .order_by_asc(table::Column::Id)
        .lock_exclusive();
    let key = tx.session_key(encounter_id).await?;
    tx.all(select).await?.into_iter().map(|row| opened(&key, row, None)).collect()
}

/// The lines that the signed notes of a session cite.
pub async fn list_cited(tx: &Tx, encounter_id: EncounterId) -> Result<BTreeSet<SegmentId>, AccessError> {
    let signed = tx
        .find::<table::Entity>()
        .filter(table::Column::EncounterId.eq(encounter_id))
        .filter(table::Column::Status.eq(NoteStatus::Signed));
    let mut cited = BTreeSet::new();
    for row in tx.all(signed).await? {
        let note = find(tx, row.id).await?;
        let sentences = note.into_iter().flat_map(|note| note.sections).flat_map(|it| it.sentences);
        cited.extend(sentences.flat_map(|sentence| sentence.evidence));
    }
    Ok(cited)
}

/// Removes the drafts of a session that an AI system made; which they were.
pub async fn delete_drafted(tx: &mut Tx, encounter_id: EncounterId) -> Result<Vec<NoteId>, AccessError> {
    let of_session = is_drafted().add(table::Column::EncounterId.eq(encounter_id));
    let drafts = tx.all(tx.find::<table::Entity>().filter(of_session.clone())).await?;
    let delete = tx.delete::<table::Entity>().filter(of_session);
    tx.execute_delete(delete).await?;
    Ok(drafts.into_iter().map(|row| row.id).collect())
}

pub async fn insert_addendum(tx: &mut Tx, note: &Note, addendum: &AddendumView) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.session_key(note.encounter_id).await?, "addenda", addendum.id);
    let row = addenda::ActiveModel {
        id: Set(addendum.id),
        practice_id: Set(tx.practice_id()),
        note_id: Set(note.id),
        text: Set(fields.seal("text", &addendum.text)),
        author_id: Set(addendum.author_id),
        author_name: Set(fields.seal("author_name", &addendum.author_name)),
        created_at: Set(addendum.created_at),
    };
    tx.insert::<addenda::Entity>(row).await
}

/// What was added to a note, oldest first.
pub async fn list_addenda(tx: &Tx, note: &Note) -> Result<Vec<AddendumView>, AccessError> {
    let select = tx
        .find::<addenda::Entity>()
        .filter(addenda::Column::NoteId.eq(note.id))
        .order_by_asc(addenda::Column::Id);
    let key = tx.session_key(note.encounter_id).await?;
    tx.all(select)
        .await?
        .into_iter()
        .map(|row| {
            let fields = Fields::of(&key, "addenda", row.id);
            Ok(AddendumView {
                id: row.id,
                text: fields.open("text", &row.text)?,
                author_id: row.author_id,
                author_name: fields.open("author_name", &row.author_name)?,
                created_at: row.created_at,
            })
        })
        .collect()
}

fn opened(
    key: &DataKey,
    row: table::Model,
    signed_in_chart_of: Option<ClientId>,
) -> Result<Note, AccessError> {
    let fields = Fields::of(key, TABLE, row.id);
    let damaged = || fields.damaged("signed_sha256");
    let first = || {
        Ok::<_, AccessError>(Signature {
            signer_id: row.signed_by.ok_or_else(damaged)?,
            signer_name: fields.open("signer_name", row.signer_name.as_ref().ok_or_else(damaged)?)?,
            signed_at: row.signed_at.ok_or_else(damaged)?,
            sha256: row.signed_sha256.clone().ok_or_else(damaged)?,
        })
    };
    let state = match (row.status, row.co_signed_by) {
        (NoteStatus::Draft, _) => State::Draft,
        (NoteStatus::AwaitingCoSignature, _) => State::AwaitingCoSignature(first()?),
        (NoteStatus::Signed, None) => State::Signed(first()?),
        (NoteStatus::Signed, Some(signer_id)) => {
            let name = row.co_signer_name.as_ref().ok_or_else(damaged)?;
            let second = Signature {
                signer_id,
                signer_name: fields.open("co_signer_name", name)?,
                signed_at: row.co_signed_at.ok_or_else(damaged)?,
                sha256: row.co_signed_sha256.clone().ok_or_else(damaged)?,
            };
            State::CoSigned(first()?, second)
        }
    };
    let note = Note {
        id: row.id,
        practice_id: row.practice_id,
        encounter_id: row.encounter_id,
        client_id: row.client_id,
        signed_in_chart_of,
        kind: row.kind,
        template: row.template,
        revision: row.revision,
        state,
        sections: fields.open_json("content", &row.content)?,
        ai_call_id: row.ai_call_id,
        given_back: fields.open_some("given_back", row.given_back.as_ref())?,
        dismissals: match &row.dismissals {
            Some(sealed) => fields.open_json("dismissals", sealed)?,
            None => Vec::new(),
        },
        draft_label: row.draft_label,
        author_id: row.author_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    if note.fits_its_signature() { Ok(note) } else { Err(damaged()) }
}
