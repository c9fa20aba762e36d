//! What touches risk in the session of a note, and whether the note answers it: by citing it, or by somebody's word that
//! it needs no place there.

use std::collections::BTreeSet;

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::{
    NoteId, SegmentId,
    risk::{RiskDismissal, RiskLine, RiskManner, RiskReview, RiskTopic},
};

use super::{LoadError, note::Note, store};
use crate::{
    encounters,
    transcripts::{self, Turn},
};

/// How lines that touch risk are found. The words are not of this crate: whoever calls hands them over.
#[derive(Debug, Clone, Copy)]
pub struct RiskLexicon {
    /// Its version.
    pub version: u32,
    /// Finds them among the lines of a session, in their order. The same lines give the same answer.
    pub find: fn(&[Turn]) -> Vec<FoundRisk>,
}

/// A line that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRisk {
    /// The segments it is in, in order; one without any is passed over.
    pub segment_ids: Vec<SegmentId>,
    /// The segments with which it is answered, where it asks.
    pub answer: Vec<SegmentId>,
    /// What it touches.
    pub topics: Vec<RiskTopic>,
    /// How it is said.
    pub manner: RiskManner,
}

/// A dismissal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDismissal {
    pub dismissal: RiskDismissal,
    /// Of the words that were dismissed: other words in their place are not.
    pub words_sha256: String,
}

/// The lines of a note's session that touch risk.
///
/// # Errors
/// [`LoadError`].
pub async fn load_risk(
    tx: &mut Tx,
    _granted: Granted<perm::ReadNotes>,
    id: NoteId,
    lexicon: RiskLexicon,
) -> Result<RiskReview, LoadError> {
    let note = store::find(tx, id).await?.ok_or(LoadError::NotFound)?;
    let lines = lines(tx, &note, lexicon).await?;
    let clients = encounters::clients_of(tx, note.encounter_id).await?;
    tx.record(Event::of(Action::NoteRead, id).about_all(clients));
    Ok(RiskReview { lexicon_version: lexicon.version, lines })
}

/// The lines of a note's session that touch risk, as the transcript and the note are now; none without a transcript.
pub(super) async fn lines(tx: &Tx, note: &Note, lexicon: RiskLexicon) -> Result<Vec<RiskLine>, AccessError> {
    let found = found(tx, note, lexicon).await?;
    Ok(found.into_iter().map(|(line, _)| line).collect())
}

/// The same, each with the hash of its words.
pub(super) async fn found(
    tx: &Tx,
    note: &Note,
    lexicon: RiskLexicon,
) -> Result<Vec<(RiskLine, String)>, AccessError> {
    let Some(transcript) = transcripts::store::find(tx, note.encounter_id).await? else {
        return Ok(Vec::new());
    };
    let turns = transcripts::turns_of(transcript);
    let sentences = note.sections.iter().flat_map(|section| &section.sentences);
    let cited: BTreeSet<_> = sentences.flat_map(|sentence| sentence.evidence.iter().copied()).collect();
    let found = (lexicon.find)(&turns).into_iter();
    Ok(found.filter_map(|found| line(found, &turns, &cited, &note.dismissals)).collect())
}

fn line(
    found: FoundRisk,
    turns: &[Turn],
    cited: &BTreeSet<SegmentId>,
    dismissals: &[KeptDismissal],
) -> Option<(RiskLine, String)> {
    let said: Vec<_> = turns.iter().filter(|turn| found.segment_ids.contains(&turn.segment_id)).collect();
    let (first, last) = (said.first()?, said.last()?);
    let words: Vec<_> = said.iter().map(|turn| turn.text.reveal().as_str()).collect();
    let words_sha256 = hex::encode(Sha256::digest(words.join("\n")));
    let dismissed = |kept: &&KeptDismissal| {
        kept.dismissal.segment_id == first.segment_id && kept.words_sha256 == words_sha256
    };
    let line = RiskLine {
        role: first.role,
        start_ms: first.start_ms,
        end_ms: last.end_ms,
        cited: found.segment_ids.iter().all(|id| cited.contains(id)),
        dismissal: dismissals.iter().find(dismissed).map(|kept| kept.dismissal.clone()),
        segment_ids: found.segment_ids,
        answer: found.answer,
        topics: found.topics,
        manner: found.manner,
    };
    Some((line, words_sha256))
}
