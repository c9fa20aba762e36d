//! Carrying out the deletion of a chart, in two steps between which the stored sound is removed.

use access::{AccessError, ChartRoots, Tx, perm};
use audit::{Action, Event};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use shared::{
    ClientDeletionId, ClientId, EncounterId, PracticeId, UserId,
    client_deletions::{ChartParts, ClientDeletionStatement, DeletionGround, KeptOfChart},
    retention::PROPOSAL_DAYS,
};
use uuid::Uuid;

use super::store;
use crate::{legal_holds, retention};

/// What the certificate says of what this server has no hand on.
const NOT_REACHED: &str = "Backups hold the sealed bytes until their time is over; the keys that open them were destroyed \
    there as well. The database's log, where it is archived, for as long as it is kept; copies of the database or of \
    backups that whoever runs the server has made by other means; records that were handed over; and older versions of \
    objects that a bucket keeps.";

/// A deletion whose time has come.
#[derive(Debug, Clone)]
pub struct Due {
    /// Which.
    pub id: ClientDeletionId,
    /// Of whose chart.
    pub client_id: ClientId,
    /// When its rows went, if they have.
    pub begun_at: Option<DateTime<Utc>>,
    /// The stored objects that are to go, once its rows have.
    pub objects: Vec<Uuid>,
}

/// What is between the two steps.
#[derive(Serialize, Deserialize)]
struct Noted {
    removed: ChartParts,
    sessions_with_others: u64,
    chart: ChartRoots,
}

/// Whether a deletion can begin.
#[derive(Debug)]
pub enum Opened {
    /// It can: nobody adds to this until the transaction ends.
    Chart(ChartRoots),
    /// A legal hold made an end of it, or the rule no longer says so.
    Stopped,
    /// It was withdrawn, or another process was faster.
    Settled,
}

/// Why it is not finished.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// Something is still there. The next look removes it.
    #[error("something of the chart is left")]
    SomethingLeft,
    /// What was noted at the beginning cannot be read.
    #[error("what was noted at the beginning cannot be read")]
    Damaged,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// What is kept apart from the database of a chart that is gone, so that it is not back after a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartTombstone {
    /// In which practice.
    pub practice_id: PracticeId,
    /// Of whose chart.
    pub client_id: ClientId,
    /// Why.
    pub ground: DeletionGround,
    /// Who asked for its deletion.
    pub requested_by: UserId,
    /// When they did.
    pub requested_at: DateTime<Utc>,
    /// Its sessions, whose secrets no backup keeps.
    #[serde(default)]
    pub sessions: Vec<EncounterId>,
}

/// What its end leaves.
#[derive(Debug, Clone)]
pub struct Finished {
    /// To be signed.
    pub statement: ClientDeletionStatement,
    /// To be kept beside the backups.
    pub tombstone: ChartTombstone,
}

/// Those of the transaction's practice whose time has come.
///
/// # Errors
/// The database fails, or what was noted cannot be read.
pub async fn find_due(tx: &Tx) -> Result<Vec<Due>, FinishError> {
    let due = |row: store::Row| {
        let noted = row.removed.as_deref().map(read).transpose()?;
        Ok(Due {
            id: row.id,
            client_id: row.client_id,
            begun_at: row.begun_at,
            objects: noted.map(|noted| noted.chart.objects().to_vec()).unwrap_or_default(),
        })
    };
    store::list_due(tx).await?.into_iter().map(due).collect()
}

fn read(noted: &str) -> Result<Noted, FinishError> {
    serde_json::from_str(noted).map_err(|_not_json| FinishError::Damaged)
}

/// Finds what is to go, unless a legal hold was placed meanwhile.
///
/// # Errors
/// The database fails.
pub async fn open(tx: &mut Tx, due: &Due) -> Result<Opened, AccessError> {
    legal_holds::store::lock(tx, &[due.client_id]).await?;
    let Some(row) = store::find(tx, due.id).await?.filter(store::waits) else { return Ok(Opened::Settled) };
    if legal_holds::held_since(tx, due.client_id).await?.is_some() {
        stop(tx, due.client_id).await?;
        return Ok(Opened::Stopped);
    }
    // The client came back meanwhile, or the practice keeps charts longer than it did. What came back with a backup is
    // past its time, and goes however it is now.
    let is_first = row.due_at == row.requested_at + TimeDelta::days(PROPOSAL_DAYS);
    if row.ground == DeletionGround::Rule && is_first && !retention::is_over(tx, due.client_id).await? {
        if store::withdraw(tx, due.id, None).await? {
            tx.record(Event::of(Action::ClientDeletionWithdrawn, due.id).about(due.client_id));
        }
        return Ok(Opened::Stopped);
    }
    Ok(Opened::Chart(tx.roots_of_chart(due.client_id).await?))
}

/// Makes an end of the deletion that waits, if one does: the client is on hold.
pub(crate) async fn stop(tx: &mut Tx, client_id: ClientId) -> Result<(), AccessError> {
    if let Some(row) = store::find_open(tx, client_id).await?
        && store::stop(tx, row.id).await?
    {
        tx.record(Event::of(Action::ClientDeletionStopped, row.id).about(client_id));
    }
    Ok(())
}

/// Removes every row; `objects` are in the store and follow. Says whether it did: it may have been withdrawn.
///
/// # Errors
/// The database fails; nothing is removed then.
pub async fn begin(tx: &mut Tx, due: &Due, chart: ChartRoots, objects: u64) -> Result<bool, FinishError> {
    let Ok(granted) = tx.actor().require::<perm::ManageRetention>() else { return Ok(false) };
    let sessions_with_others = store::count_sessions_with_others(tx, &chart).await?;
    for (note, client) in store::move_notes(tx, due.id, due.client_id, &chart).await? {
        tx.record(Event::of(Action::NoteMoved, note).about(client));
    }
    let rows = tx.count_chart(&chart).await?;
    let noted = Noted { removed: ChartParts { rows, objects }, sessions_with_others, chart };
    let json = serde_json::to_string(&noted).map_err(|_no_json| FinishError::Damaged)?;
    if !store::note_begin(tx, due.id, due.client_id, json).await? {
        return Ok(false);
    }
    tx.remove_chart(&granted, &noted.chart).await?;
    tx.record(Event::of(Action::ClientDeletionBegun, due.id).about(due.client_id));
    Ok(true)
}

/// Counts what is left. `objects` are what was found in the store after everything in it was removed.
///
/// # Errors
/// [`FinishError`]; nothing is kept then, and the next look goes on.
pub async fn finish(tx: &mut Tx, due: &Due, objects: u64) -> Result<Option<Finished>, FinishError> {
    let Ok(granted) = tx.actor().require::<perm::ManageRetention>() else { return Ok(None) };
    let Some(row) = store::find(tx, due.id).await?.filter(|row| row.finished_at.is_none()) else {
        return Ok(None);
    };
    let (Some(begun_at), Some(noted)) = (row.begun_at, row.removed.as_deref()) else { return Ok(None) };
    let Noted { mut removed, sessions_with_others, chart } = read(noted)?;
    for (table, count) in tx.count_chart(&chart).await? {
        *removed.rows.entry(table).or_default() += count;
    }
    tx.remove_chart(&granted, &chart).await?;
    let left = ChartParts { rows: tx.count_chart(&chart).await?, objects };
    if left != ChartParts::default() {
        return Err(FinishError::SomethingLeft);
    }
    let statement = ClientDeletionStatement {
        client_deletion_id: row.id,
        practice_id: row.practice_id,
        client_id: row.client_id,
        ground: row.ground,
        requested_by: row.requested_by,
        requested_at: row.requested_at,
        begun_at,
        finished_at: tx.now(),
        removed,
        left,
        kept: KeptOfChart { sessions_with_others, not_reached: NOT_REACHED.to_owned() },
    };
    let tombstone = ChartTombstone {
        practice_id: row.practice_id,
        client_id: row.client_id,
        ground: row.ground,
        requested_by: row.requested_by,
        requested_at: row.requested_at,
        sessions: chart.session_ids().to_vec(),
    };
    Ok(Some(Finished { statement, tombstone }))
}

/// Keeps the signed statement; `false` if another process was faster.
///
/// # Errors
/// The database fails.
pub async fn keep_certificate(tx: &mut Tx, due: &Due, certificate: String) -> Result<bool, AccessError> {
    if !store::note_end(tx, due.id, certificate).await? {
        return Ok(false);
    }
    tx.record(Event::of(Action::ClientDeleted, due.id).about(due.client_id));
    Ok(true)
}

/// Has a chart deleted that came back with a backup. Says whether there was anything to do.
///
/// # Errors
/// The database fails.
pub async fn delete_again(tx: &mut Tx, tombstone: &ChartTombstone) -> Result<bool, AccessError> {
    let client_id = tombstone.client_id;
    if legal_holds::store::lock(tx, &[client_id]).await? == 0
        || store::find_open(tx, client_id).await?.is_some()
    {
        return Ok(false);
    }
    let id: ClientDeletionId = tx.new_id();
    store::insert(tx, id, tombstone, None, tx.now()).await?;
    tx.record(Event::of(Action::ClientDeletionRequested, id).about(client_id));
    Ok(true)
}
