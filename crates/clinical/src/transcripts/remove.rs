//! Removes a transcript whose time is over. What signed notes rest on stays explainable: when it was said, by whom, and a
//! fingerprint of the words.

use access::{AccessError, Tx};
use audit::{Action, Event};
use crypto::random_bytes;
use sha2::{Digest, Sha256};
use shared::{
    EncounterId, Phi,
    transcripts::{Evidence, QUOTED_WORDS, SegmentView, SpeakerRole, TranscriptView},
};

use super::store;
use crate::{encounters, notes};

/// What is kept in words of a line that a signed note cites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quotations {
    /// Nothing.
    None,
    /// Its first [`QUOTED_WORDS`] words.
    Short,
}

/// Removes the lines and voices of a session's transcript and the drafts that were made of it; says whether there was
/// something to remove. Its caller has made sure that the time is over and nobody of the session is on hold.
///
/// # Errors
/// The database or the keys fail, or a signed note does not fit its signature; nothing is removed then.
pub async fn remove(
    tx: &mut Tx,
    encounter_id: EncounterId,
    quotations: Quotations,
) -> Result<bool, AccessError> {
    let Some(held) = encounters::store::hold(tx, encounter_id).await? else { return Ok(false) };
    let Some(transcript) = store::find(tx, encounter_id).await?.filter(|one| one.removal.is_none()) else {
        return Ok(false);
    };
    let cited = notes::store::list_cited(tx, encounter_id).await?;
    let lines = transcript.segments.iter().filter(|line| cited.contains(&line.id));
    let evidence: Vec<_> = lines.map(|line| evidence(&transcript, line, quotations)).collect();
    store::remove(tx, (transcript.id, encounter_id), &evidence).await?;
    for note in notes::store::delete_drafted(tx, encounter_id).await? {
        tx.record(Event::of(Action::NoteRemoved, note).about_all(held.clients.clone()));
    }
    tx.record(Event::of(Action::TranscriptRemoved, transcript.id).about_all(held.clients));
    Ok(true)
}

fn evidence(transcript: &TranscriptView, line: &SegmentView, quotations: Quotations) -> Evidence {
    let voice = transcript.speakers.iter().find(|voice| Some(voice.id) == line.speaker_id);
    // Without it, whoever guesses a short line could see that it was said.
    let salt = random_bytes::<32>();
    let text = line.text.reveal();
    Evidence {
        segment_id: line.id,
        role: voice.map_or(SpeakerRole::Unknown, |voice| voice.role),
        start_ms: line.start_ms,
        end_ms: line.end_ms,
        salt: Phi::new(hex::encode(salt.as_slice())),
        sha256: hex::encode(Sha256::new().chain_update(salt.as_slice()).chain_update(text).finalize()),
        quotation: (quotations == Quotations::Short).then(|| Phi::new(beginning(text))),
    }
}

/// The first words of a line, and a sign that there were more.
fn beginning(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut kept: Vec<_> = words.by_ref().take(QUOTED_WORDS).collect();
    if words.next().is_some() {
        kept.push("…");
    }
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_twenty_five_words_are_quoted() {
        assert_eq!(beginning("About  four hours"), "About four hours");
        let long = "word ".repeat(26);
        assert_eq!(beginning(&long), format!("{}…", "word ".repeat(25)));
        assert!(!beginning(&"word ".repeat(25)).contains('…'));
    }
}
