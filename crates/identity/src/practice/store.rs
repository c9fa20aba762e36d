//! The row of a practice.

use access::{AccessError, Reading as _, SealedColumn, Tx};
use crypto::DataKey;
use entities::{Sealed, practices as table};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect as _,
    sea_query::LockType,
};
use shared::{
    Phi,
    practice::{PracticeSettings, WaitingDays},
};

use super::removal::RemovalDays;

const NAME: SealedColumn = SealedColumn { table: "practices", column: "name" };

const PRIVACY_CONTACT: SealedColumn = SealedColumn { table: "practices", column: "privacy_contact" };

pub type Row = table::Model;

/// The practice of the transaction; `None` only while it is being registered.
pub async fn find(tx: &Tx) -> Result<Option<Row>, AccessError> {
    let own = table::Column::Id.eq(tx.practice_id());
    tx.first(tx.find_across_practices::<table::Entity>().filter(own)).await
}

/// As [`find`], and nobody else changes it until this transaction is over. Whoever adds a row that refers to the practice,
/// as every event does, goes on meanwhile: they may hold a row that this transaction comes to, and each would wait for
/// the other.
pub async fn find_to_change(tx: &Tx) -> Result<Option<Row>, AccessError> {
    let own = table::Column::Id.eq(tx.practice_id());
    let select = tx.find_across_practices::<table::Entity>().filter(own).lock(LockType::NoKeyUpdate);
    tx.first(select).await
}

pub fn seal_name(tx: &Tx, name: &str) -> Sealed {
    tx.seal(NAME, tx.practice_id(), name)
}

pub fn open_name(tx: &Tx, row: &Row) -> Result<Phi<String>, AccessError> {
    open_name_with(tx.data_key(), row)
}

/// The name of a practice whose key this is.
pub fn open_name_with(key: &DataKey, row: &Row) -> Result<Phi<String>, AccessError> {
    let damaged = || AccessError::Damaged { table: NAME.table, column: NAME.column };
    let bytes = key.open(NAME, row.id.0, &row.name.0).map_err(|_does_not_open| damaged())?;
    Ok(String::from_utf8(bytes.to_vec()).map_err(|_not_text| damaged())?.into())
}

pub fn seal_privacy_contact(tx: &Tx, address: &str) -> Sealed {
    tx.seal(PRIVACY_CONTACT, tx.practice_id(), address)
}

pub fn open_privacy_contact(tx: &Tx, row: &Row) -> Result<Option<Phi<String>>, AccessError> {
    let sealed = row.privacy_contact.as_ref();
    sealed.map(|sealed| tx.open(PRIVACY_CONTACT, row.id, sealed).map(Into::into)).transpose()
}

/// After how many days sound is removed.
pub fn recordings(row: &Row) -> RemovalDays {
    let (set, from, before) = (row.recording_days, row.recording_days_from, row.recording_days_before);
    RemovalDays { set, from, before }
}

/// After how many days transcripts are removed.
pub fn transcripts(row: &Row) -> RemovalDays {
    let (set, from, before) = (row.transcript_days, row.transcript_days_from, row.transcript_days_before);
    RemovalDays { set, from, before }
}

/// Writes the row in the place of the one whose revision is `expected`, if it still is.
pub async fn update(tx: &mut Tx, expected: i32, row: Row) -> Result<bool, AccessError> {
    let id = row.id;
    let update = table::Entity::update_many()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::Revision.eq(expected))
        .set(row.into_active_model().reset_all());
    Ok(tx.update_global(update).await? == 1)
}

pub fn view(tx: &Tx, row: Row) -> Result<PracticeSettings, AccessError> {
    let waits = |rule: RemovalDays| {
        let from = rule.from.filter(|_| rule.waits(tx.now()))?;
        Some(WaitingDays { from, until_then: rule.before })
    };
    let (recording_days_wait, transcript_days_wait) = (waits(recordings(&row)), waits(transcripts(&row)));
    Ok(PracticeSettings {
        name: open_name(tx, &row)?,
        privacy_contact: open_privacy_contact(tx, &row)?,
        jurisdiction: row.jurisdiction,
        time_zone: row.time_zone,
        locale: row.locale,
        session_hours: row.session_hours,
        idle_lock_minutes: row.idle_lock_minutes,
        password_min_length: row.password_min_length,
        second_factor_for_all: row.second_factor_for_all,
        review_months: row.review_months,
        share_new_clients: row.share_new_clients,
        recording_days: row.recording_days,
        transcript_days: row.transcript_days,
        recording_days_wait,
        transcript_days_wait,
        transcript_quotations: row.transcript_quotations,
        audit_years: row.audit_years,
        revision: row.revision,
    })
}

/// Leaves of the practice what its audit trail refers to, and no word about it.
pub async fn forget(tx: &mut Tx, row: Row) -> Result<(), AccessError> {
    let deleted_at = Some(tx.now());
    let nothing = Row { name: Sealed(Vec::new()), privacy_contact: None, deleted_at, ..row };
    let update = table::Entity::update_many()
        .filter(table::Column::Id.eq(nothing.id))
        .set(nothing.into_active_model().reset_all());
    tx.update_global(update).await.map(drop)
}
