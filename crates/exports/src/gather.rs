//! What of a chart is handed over, read like in the app: by the verbs that check and record each reading.

use std::collections::HashMap;

use access::{AccessError, Forbidden, Granted, Tx, perm};
use clinical::{
    amendments, clients, consents, disclosures, encounters, notes, record_requests::Wanted, transcripts,
};
use shared::{
    ClientId, EncounterId, NoteId, Phi,
    amendments::AmendmentView,
    consents::{ConsentKind, ConsentView},
    disclosures::AccountingQuery,
    encounters::{EncounterView, Modality},
    notes::{NoteFilter, NoteStatus},
    page::{MAX_LIMIT, Page, PageQuery},
};
use tokio::sync::mpsc::Sender;

use crate::{
    part::{Head, Part, Scope},
    words,
};

/// Why nothing was gathered.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// Somebody may hand records over, and not read all that is in them: what they made would have holes.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The practice has no such client or note.
    #[error("there is no such client, or no such note")]
    NotFound,
    /// Nobody takes the parts any more.
    #[error("nobody takes the parts any more")]
    Gone,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Everything that a record holds can be read by whoever makes one.
struct Reader {
    clients: Granted<perm::ReadClients>,
    consents: Granted<perm::ReadConsents>,
    encounters: Granted<perm::ReadEncounters>,
    transcripts: Granted<perm::ReadTranscripts>,
    notes: Granted<perm::ReadNotes>,
}

impl Reader {
    fn of(tx: &Tx) -> Result<Self, Forbidden> {
        let actor = tx.actor();
        // Without these the codes, and who else was in the room, would be missing, and nobody would see it.
        actor.require::<perm::ReadCodes>()?;
        actor.require::<perm::WriteEncounters>()?;
        Ok(Self {
            clients: actor.require()?,
            consents: actor.require()?,
            encounters: actor.require()?,
            transcripts: actor.require()?,
            notes: actor.require()?,
        })
    }
}

/// What stands in every export of a practice.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// What the practice is called.
    pub practice_name: Phi<String>,
    /// In which language it writes.
    pub language: String,
}

/// Hands over what is asked for, part by part: who they are, what they agreed to, and in the order of time each
/// session with its signed notes and, if they were alone in it, what was said. What they asked to be changed follows the
/// note that it is about, or stands at the end.
///
/// # Errors
/// [`GatherError`]; what was made of the parts until then is of no use.
pub async fn gather(
    tx: &mut Tx,
    _granted: Granted<perm::ReleaseRecords>,
    wanted: Wanted,
    letterhead: Letterhead,
    parts: &Sender<Part>,
) -> Result<(), GatherError> {
    let reader = Reader::of(tx)?;
    let client_id = wanted.client_id;
    let agreed = list_consents(tx, &reader, client_id).await?;
    let scope = Scope::Record { from: wanted.from, to: wanted.to };
    let head = head(tx, reader.clients, client_id, letterhead, scope, &agreed).await?;
    give(parts, head).await?;
    for consent in agreed {
        give(parts, Part::Consent(consent)).await?;
    }
    let mut signed = list_signed_notes(tx, &reader, client_id).await?;
    let (of_notes, of_record) = list_amendments(tx, &reader, client_id).await?;
    let mut sessions = list_sessions(tx, &reader, client_id).await?;
    sessions.sort_by_key(words::time_of);
    for session in sessions {
        let notes = signed.remove(&session.id).unwrap_or_default();
        if !wanted.holds(words::time_of(&session)) {
            continue;
        }
        let (id, alone) = (session.id, was_alone(&session));
        give(parts, Part::Session(Box::new(session))).await?;
        for note in notes {
            let loaded = notes::load(tx, reader.notes, note).await.map_err(from_note)?;
            give(parts, Part::Note(Box::new(loaded))).await?;
            give_amendments(parts, of_notes.iter().filter(|one| one.note_id == Some(note))).await?;
        }
        if transcripts::exists(tx, id).await? {
            let part = if alone {
                let transcript =
                    transcripts::load(tx, reader.transcripts, id).await.map_err(from_transcript)?;
                Part::Transcript(Box::new(transcript))
            } else {
                Part::TranscriptWithheld(id)
            };
            give(parts, part).await?;
        }
    }
    give_amendments(parts, &of_record).await?;
    give(parts, Part::End).await
}

/// Hands over one note, signed or not, with its session and what was asked to be changed in it; whose chart it is in.
///
/// # Errors
/// [`GatherError`].
pub async fn gather_note(
    tx: &mut Tx,
    granted: Granted<perm::ReadNotes>,
    id: NoteId,
    letterhead: Letterhead,
    parts: &Sender<Part>,
) -> Result<ClientId, GatherError> {
    let note = notes::load(tx, granted, id).await.map_err(from_note)?;
    let reader = Reader::of(tx)?;
    let client_id = note.client_id;
    let agreed = list_consents(tx, &reader, client_id).await?;
    let head = head(tx, reader.clients, client_id, letterhead, Scope::Note, &agreed).await?;
    let session =
        encounters::load(tx, reader.encounters, note.encounter_id).await.map_err(|error| match error {
            encounters::LoadError::NotFound => GatherError::NotFound,
            encounters::LoadError::Access(error) => error.into(),
        })?;
    for part in [head, Part::Session(Box::new(session)), Part::Note(Box::new(note))] {
        give(parts, part).await?;
    }
    let (of_notes, _) = list_amendments(tx, &reader, client_id).await?;
    give_amendments(parts, of_notes.iter().filter(|one| one.note_id == Some(id))).await?;
    give(parts, Part::End).await?;
    Ok(client_id)
}

/// Hands over an accounting of what was disclosed about a client: of six years, or between two days.
///
/// # Errors
/// [`GatherError`].
pub async fn gather_accounting(
    tx: &mut Tx,
    granted: Granted<perm::ReleaseRecords>,
    client_id: ClientId,
    query: AccountingQuery,
    letterhead: Letterhead,
    parts: &Sender<Part>,
) -> Result<(), GatherError> {
    let accounting = disclosures::account(tx, granted, client_id, query.from, query.to).await;
    let accounting = accounting.map_err(|error| match error {
        disclosures::AccountError::NotFound => GatherError::NotFound,
        disclosures::AccountError::Access(error) => error.into(),
    })?;
    let scope = Scope::Accounting { from: accounting.from, to: accounting.to };
    let reader = tx.actor().require()?;
    give(parts, head(tx, reader, client_id, letterhead, scope, &[]).await?).await?;
    for disclosure in accounting.disclosures {
        give(parts, Part::Disclosure(Box::new(disclosure))).await?;
    }
    give(parts, Part::End).await
}

/// Whether nobody but the client and who treats them could be heard.
fn was_alone(session: &EncounterView) -> bool {
    session.modality == Modality::Individual
        && session.client_ids.len() == 1
        && session.participants.is_empty()
}

async fn head(
    tx: &mut Tx,
    reader: Granted<perm::ReadClients>,
    client_id: ClientId,
    letterhead: Letterhead,
    scope: Scope,
    agreed: &[ConsentView],
) -> Result<Part, GatherError> {
    let client = clients::load(tx, reader, client_id).await.map_err(|error| match error {
        clients::LoadError::NotFound => GatherError::NotFound,
        clients::LoadError::Access(error) => error.into(),
    })?;
    let head = Head {
        practice_id: tx.practice_id(),
        practice_name: letterhead.practice_name,
        language: letterhead.language,
        client,
        scope,
        part2: agreed.iter().any(|consent| consent.kind == ConsentKind::Part2Tpo),
        made_at: tx.now(),
    };
    Ok(Part::Head(Box::new(head)))
}

async fn list_consents(
    tx: &mut Tx,
    reader: &Reader,
    client_id: ClientId,
) -> Result<Vec<ConsentView>, GatherError> {
    let all = every_page(async |query| {
        consents::list(tx, reader.consents, client_id, query).await.map_err(|error| match error {
            consents::ListError::NotFound => GatherError::NotFound,
            consents::ListError::Access(error) => error.into(),
        })
    });
    let mut all = all.await?;
    all.reverse();
    Ok(all)
}

async fn list_sessions(
    tx: &mut Tx,
    reader: &Reader,
    client_id: ClientId,
) -> Result<Vec<EncounterView>, GatherError> {
    every_page(async |query| Ok(encounters::list(tx, reader.encounters, Some(client_id), query).await?)).await
}

/// The notes in the client's own chart that somebody has signed, by their session, oldest first.
async fn list_signed_notes(
    tx: &mut Tx,
    reader: &Reader,
    client_id: ClientId,
) -> Result<HashMap<EncounterId, Vec<NoteId>>, GatherError> {
    let filter = NoteFilter { client_id: Some(client_id), ..NoteFilter::default() };
    let all = every_page(async |query| Ok(notes::list(tx, reader.notes, &filter, query).await?)).await?;
    let mut by_session = HashMap::<_, Vec<_>>::new();
    for note in all.into_iter().rev().filter(|note| note.status != NoteStatus::Draft) {
        by_session.entry(note.encounter_id).or_default().push(note.id);
    }
    Ok(by_session)
}

/// What they asked to be changed and what was answered: of notes, and of everything else.
async fn list_amendments(
    tx: &mut Tx,
    reader: &Reader,
    client_id: ClientId,
) -> Result<(Vec<AmendmentView>, Vec<AmendmentView>), GatherError> {
    let answered = amendments::list_answered(tx, reader.notes, client_id).await?;
    Ok(answered.into_iter().partition(|one| one.note_id.is_some()))
}

async fn give_amendments(
    parts: &Sender<Part>,
    amendments: impl IntoIterator<Item = &AmendmentView>,
) -> Result<(), GatherError> {
    for amendment in amendments {
        give(parts, Part::Amendment(Box::new(amendment.clone()))).await?;
    }
    Ok(())
}

async fn every_page<T>(
    mut list: impl AsyncFnMut(&PageQuery) -> Result<Page<T>, GatherError>,
) -> Result<Vec<T>, GatherError> {
    let (mut all, mut query) = (Vec::new(), PageQuery { limit: Some(MAX_LIMIT), cursor: None });
    loop {
        let page = list(&query).await?;
        all.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return Ok(all);
        }
    }
}

async fn give(parts: &Sender<Part>, part: Part) -> Result<(), GatherError> {
    parts.send(part).await.map_err(|_gone| GatherError::Gone)
}

fn from_note(error: notes::LoadError) -> GatherError {
    match error {
        notes::LoadError::NotFound => GatherError::NotFound,
        notes::LoadError::Access(error) => error.into(),
    }
}

fn from_transcript(error: transcripts::LoadError) -> GatherError {
    match error {
        transcripts::LoadError::NotFound => GatherError::NotFound,
        transcripts::LoadError::Access(error) => error.into(),
    }
}
