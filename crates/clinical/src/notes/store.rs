//! Notes and their addenda in the database.

use access::{AccessError, Tx};
use entities::{addenda, notes as table};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{
    AiCallId, NoteId,
    notes::{AddendumView, NoteFilter, NoteStatus, NoteSummary, Signature},
    page::{Page, PageQuery},
};

use super::note::{Note, State};
use crate::store::Fields;

const TABLE: &str = "notes";

pub async fn insert(tx: &mut Tx, note: &Note) -> Result<(), AccessError> {
    let content = Fields::of(tx, TABLE, note.id).seal_json("content", &note.sections)?;
    let row = table::ActiveModel {
        id: Set(note.id),
        practice_id: Set(note.practice_id),
        encounter_id: Set(note.encounter_id),
        client_id: Set(note.client_id),
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
        created_at: Set(note.created_at),
        updated_at: Set(note.updated_at),
    };
    tx.insert::<table::Entity>(row).await
}

/// Writes a changed note, if it still is a draft of revision `expected`; says whether it was. Of two
/// tabs that save at once, the second finds another revision.
pub async fn update(tx: &mut Tx, expected: i32, note: &Note) -> Result<bool, AccessError> {
    let fields = Fields::of(tx, TABLE, note.id);
    let mut row = table::ActiveModel {
        status: Set(note.status()),
        revision: Set(note.revision),
        content: Set(fields.seal_json("content", &note.sections)?),
        updated_at: Set(note.updated_at),
        ..Default::default()
    };
    if let State::Signed(signature) = &note.state {
        row.signed_by = Set(Some(signature.signer_id));
        row.signed_at = Set(Some(signature.signed_at));
        row.signed_sha256 = Set(Some(signature.sha256.clone()));
        row.signer_name = Set(Some(fields.seal("signer_name", &signature.signer_name)));
    }
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(note.id))
        .filter(table::Column::Revision.eq(expected))
        .filter(table::Column::Status.eq(NoteStatus::Draft))
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}

/// A note that fits its signature, if it has one.
pub async fn find(tx: &Tx, id: NoteId) -> Result<Option<Note>, AccessError> {
    let row = tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await?;
    row.map(|row| opened(tx, row)).transpose()
}

pub async fn find_by_call(tx: &Tx, ai_call_id: AiCallId) -> Result<Option<NoteId>, AccessError> {
    let row = tx.one(tx.find::<table::Entity>().filter(table::Column::AiCallId.eq(ai_call_id))).await?;
    Ok(row.map(|row| row.id))
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

pub async fn insert_addendum(
    tx: &mut Tx,
    note_id: NoteId,
    addendum: &AddendumView,
) -> Result<(), AccessError> {
    let fields = Fields::of(tx, "addenda", addendum.id);
    let row = addenda::ActiveModel {
        id: Set(addendum.id),
        practice_id: Set(tx.practice_id()),
        note_id: Set(note_id),
        text: Set(fields.seal("text", &addendum.text)),
        author_id: Set(addendum.author_id),
        author_name: Set(fields.seal("author_name", &addendum.author_name)),
        created_at: Set(addendum.created_at),
    };
    tx.insert::<addenda::Entity>(row).await
}

/// What was added to a note, oldest first.
pub async fn list_addenda(tx: &Tx, note_id: NoteId) -> Result<Vec<AddendumView>, AccessError> {
    let select = tx
        .find::<addenda::Entity>()
        .filter(addenda::Column::NoteId.eq(note_id))
        .order_by_asc(addenda::Column::Id);
    tx.all(select)
        .await?
        .into_iter()
        .map(|row| {
            let fields = Fields::of(tx, "addenda", row.id);
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

fn opened(tx: &Tx, row: table::Model) -> Result<Note, AccessError> {
    let fields = Fields::of(tx, TABLE, row.id);
    let damaged = || fields.damaged("signed_sha256");
    let state = match row.status {
        NoteStatus::Draft => State::Draft,
        NoteStatus::Signed => State::Signed(Signature {
            signer_id: row.signed_by.ok_or_else(damaged)?,
            signer_name: fields.open("signer_name", row.signer_name.as_ref().ok_or_else(damaged)?)?,
            signed_at: row.signed_at.ok_or_else(damaged)?,
            sha256: row.signed_sha256.ok_or_else(damaged)?,
        }),
    };
    let note = Note {
        id: row.id,
        practice_id: row.practice_id,
        encounter_id: row.encounter_id,
        client_id: row.client_id,
        kind: row.kind,
        template: row.template,
        revision: row.revision,
        state,
        sections: fields.open_json("content", &row.content)?,
        ai_call_id: row.ai_call_id,
        draft_label: row.draft_label,
        author_id: row.author_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    if note.fits_its_signature() { Ok(note) } else { Err(damaged()) }
}
