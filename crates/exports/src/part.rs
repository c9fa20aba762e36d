//! The pieces of an export, in the order in which they are given.

use chrono::{DateTime, NaiveDate, Utc};
use shared::{
    EncounterId, Phi, PracticeId, amendments::AmendmentView, clients::ClientView, consents::ConsentView,
    disclosures::DisclosureView, encounters::EncounterView, notes::NoteView, transcripts::TranscriptView,
};

/// How much it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One note.
    Note,
    /// The record of a client, of these days.
    Record {
        /// The first day; everything before as well without one.
        from: Option<NaiveDate>,
        /// The last day; everything since as well without one.
        to: Option<NaiveDate>,
    },
    /// An accounting of what was disclosed about a client in these days.
    Accounting {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
}

/// What stands before everything.
#[derive(Debug, Clone)]
pub struct Head {
    /// The practice.
    pub practice_id: PracticeId,
    /// What it is called.
    pub practice_name: Phi<String>,
    /// In which language it writes, e.g. `en-US`.
    pub language: String,
    /// Whose record.
    pub client: ClientView,
    /// How much of it.
    pub scope: Scope,
    /// Whether substance-use records may be among it (42 CFR part 2), so that whoever gets it is told.
    pub part2: bool,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

/// One piece. This list is what may leave the practice: what has no variant here cannot.
#[derive(Debug, Clone)]
pub enum Part {
    /// First.
    Head(Box<Head>),
    /// What the client agreed to.
    Consent(ConsentView),
    /// A session; what belongs to it follows.
    Session(Box<EncounterView>),
    /// A note, signed or of its author's own export.
    Note(Box<NoteView>),
    /// What the client asked to be changed, of the note before it or of the record, and what was answered.
    Amendment(Box<AmendmentView>),
    /// What was said in a session in which the client was alone with who treats them.
    Transcript(Box<TranscriptView>),
    /// There is a transcript of this session, and it holds the words of others.
    TranscriptWithheld(EncounterId),
    /// Something that was disclosed; in an accounting.
    Disclosure(Box<DisclosureView>),
    /// Last.
    End,
}
