//! A part as it is read by a person: headings, paragraphs and rows, the same on paper and as plain text.

use shared::{
    amendments::AmendmentView,
    disclosures::DisclosureView,
    encounters::EncounterView,
    notes::{NoteStatus, NoteView, Signature},
    transcripts::{SegmentView, TranscriptRemoval, TranscriptView},
};

use crate::{
    part::{Head, Part, Scope},
    words,
};

/// One piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading: 1 is the title.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(String),
    /// Something and what it is: a label and its text.
    Row(String, String),
}

/// What was told so far, for the headings that stand above several parts.
#[derive(Debug, Default)]
pub struct Told {
    consents: bool,
    amendments: bool,
    /// Whether something that has to be told was disclosed; of an accounting.
    disclosures: Option<bool>,
}

impl Told {
    /// A part in words.
    pub fn blocks(&mut self, part: &Part) -> Vec<Block> {
        match part {
            Part::Head(head) => {
                self.disclosures = matches!(head.scope, Scope::Accounting { .. }).then_some(false);
                front(head)
            }
            Part::Consent(consent) => {
                let heading = (!self.consents).then(|| Block::Heading(2, "Consents".to_owned()));
                self.consents = true;
                let row = Block::Row(words::consent_kind(consent.kind).to_owned(), words::consent(consent));
                heading.into_iter().chain([row]).collect()
            }
            Part::Session(session) => of_session(session),
            Part::Note(note) => of_note(note),
            Part::Amendment(amendment) => self.of_amendment(amendment),
            Part::Transcript(transcript) => of_transcript(transcript),
            Part::TranscriptWithheld(_) => vec![
                heading(3, "Transcript"),
                paragraph(
                    "What was said was written down. It is not in here, because it holds the words of others.",
                ),
            ],
            Part::Disclosure(disclosure) => {
                self.disclosures = Some(true);
                of_disclosure(disclosure)
            }
            Part::End => {
                let none = "In this time nothing was disclosed that has to be accounted for.";
                let none = (self.disclosures == Some(false)).then(|| paragraph(none));
                none.into_iter().chain([paragraph("End.")]).collect()
            }
        }
    }

    /// What is about a note stands below it; for what is about the record there is a heading of its own.
    fn of_amendment(&mut self, amendment: &AmendmentView) -> Vec<Block> {
        let mut blocks = Vec::new();
        if amendment.note_id.is_none() && !std::mem::replace(&mut self.amendments, true) {
            blocks.push(heading(2, "Changes that were asked for"));
        }
        blocks.extend(of_amendment(amendment));
        blocks
    }
}

/// What the document is called.
pub fn title(head: &Head) -> String {
    let name = words::name(&head.client);
    match head.scope {
        Scope::Note => format!("Note about {name}"),
        Scope::Record { .. } => format!("Record of {name}"),
        Scope::Accounting { .. } => format!("Accounting of disclosures about {name}"),
    }
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading(level, text.to_owned())
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.to_owned())
}

fn row(label: &str, text: impl Into<String>) -> Block {
    Block::Row(label.to_owned(), text.into())
}

fn front(head: &Head) -> Vec<Block> {
    let client = &head.client;
    let mut blocks = vec![heading(1, &title(head)), row("Practice", head.practice_name.reveal())];
    blocks.push(row("Client", words::name(client)));
    if let Some(born) = &client.date_of_birth {
        blocks.push(row("Born", words::day(*born.reveal())));
    }
    if let Scope::Record { from, to } = head.scope {
        for (label, text) in [
            ("Pronouns", &client.pronouns),
            ("E-mail", &client.email),
            ("Telephone", &client.phone),
            ("Id elsewhere", &client.external_id),
        ] {
            blocks.extend(text.as_ref().map(|text| row(label, text.reveal())));
        }
        blocks.push(row("Place", &client.jurisdiction));
        let span = match (from, to) {
            (None, None) => "everything".to_owned(),
            (Some(from), None) => format!("since {}", words::day(from)),
            (None, Some(to)) => format!("until {}", words::day(to)),
            (Some(from), Some(to)) => format!("{} to {}", words::day(from), words::day(to)),
        };
        blocks.push(row("Sessions", span));
    }
    if let Scope::Accounting { from, to } = head.scope {
        blocks.push(row("Disclosures", format!("{} to {}", words::day(from), words::day(to))));
    }
    blocks.push(row("Made on", words::moment(head.made_at)));
    if let Scope::Record { .. } = head.scope {
        blocks.push(paragraph(
            "This is the designated record set (45 CFR 164.501): the details above, what was agreed to, the sessions \
             with their signed notes, what was added to these or asked to be changed in them, and what was said in \
             sessions that the client had alone, where it was written down. Times are UTC.",
        ));
        blocks.push(paragraph(
            "It does not hold psychotherapy notes, which are kept apart (45 CFR 164.524(a)(1)(i)), drafts that nobody \
             has signed, sound, or the words and names of others in a session.",
        ));
    }
    if let Scope::Accounting { .. } = head.scope {
        blocks.push(paragraph(
            "This is an accounting of disclosures (45 CFR 164.528): what was given to others, when, to whom and why. It does \
             not hold what was given to others for treatment, payment or health care operations, to the client, or with \
             the client's authorization (45 CFR 164.528(a)(1)).",
        ));
    }
    if head.part2 {
        blocks.push(paragraph("42 CFR part 2 prohibits unauthorized use or disclosure of these records."));
    }
    blocks
}

fn of_session(session: &EncounterView) -> Vec<Block> {
    let at = words::time_of(session);
    let mut blocks = vec![
        heading(2, &format!("Session of {}", words::moment(at))),
        row("How", format!("{}, {}", words::modality(session.modality), words::setting(session.setting))),
    ];
    if let Some((from, to)) = session.started_at.zip(session.ended_at) {
        blocks.push(row("Length", format!("{} minutes", (to - from).num_minutes())));
    }
    blocks.extend(session.cpt_code.as_ref().map(|code| row("Billing code", code)));
    blocks
}

fn of_note(note: &NoteView) -> Vec<Block> {
    let mut blocks = vec![heading(3, &format!("Progress note ({})", note.template_id.title()))];
    match note.status {
        NoteStatus::Draft => blocks.push(paragraph("A draft, not signed.")),
        NoteStatus::AwaitingCoSignature => blocks.push(paragraph("It waits for a second signature.")),
        NoteStatus::Signed => {}
    }
    let sections = note.template_id.sections();
    for section in &note.sections {
        blocks.push(heading(4, &section.title));
        let sentences: Vec<&str> = section.sentences.iter().map(|one| one.text.reveal().as_str()).collect();
        let empty = sections.iter().find(|(key, _, _)| *key == section.key).map_or("", |(_, _, empty)| empty);
        blocks.extend(paragraphs(if sentences.is_empty() { empty } else { "" }));
        blocks.extend(paragraphs(&sentences.join(" ")));
    }
    if note.ai_call_id.is_some() {
        blocks.push(row("Drafted", "with the help of AI, and looked through by whoever signed"));
    }
    blocks.extend(note.signature.as_ref().map(|signature| signed("Signed by", signature)));
    blocks.extend(note.co_signature.as_ref().map(|signature| signed("Co-signed by", signature)));
    for addendum in &note.addenda {
        let (by, at) = (addendum.author_name.reveal(), words::moment(addendum.created_at));
        blocks.push(heading(4, &format!("Added by {by}, {at}")));
        blocks.extend(paragraphs(addendum.text.reveal()));
    }
    blocks
}

/// The request, its answer, and what followed (45 CFR 164.526(d)(4)).
fn of_amendment(amendment: &AmendmentView) -> Vec<Block> {
    let came = words::day(amendment.received_on);
    let (level, what) = if amendment.note_id.is_some() { (4, "this note") } else { (3, "the record") };
    let mut blocks = vec![heading(level, &format!("Asked on {came} to change {what}"))];
    blocks.extend(rows("Asked for", amendment.change.reveal()));
    blocks.extend(rows("Why", amendment.reason.reveal()));
    if let Some(acceptance) = &amendment.acceptance {
        let label = if acceptance.addendum_id.is_some() { "Accepted, and added" } else { "Accepted" };
        blocks.extend(rows(label, acceptance.words.reveal()));
    }
    if let Some(denial) = &amendment.denial {
        let (ground, told_on) = (words::amendment_ground(denial.ground), words::day(denial.told_on));
        blocks.push(row("Denied", format!("{told_on}, because {ground}.")));
        blocks.extend(rows("Told", denial.words.reveal()));
    }
    for (label, paper) in [
        ("Disagreement", &amendment.statement),
        ("Rebuttal", &amendment.rebuttal),
        ("Also told", &amendment.others_told),
    ] {
        let said = paper.as_ref().map(|paper| format!("{}: {}", words::day(paper.on), paper.words.reveal()));
        blocks.extend(said.iter().flat_map(|said| rows(label, said)));
    }
    blocks
}

/// When, to whom, what, and why (164.528(b)(2)); of several the first time, how often, and the last time (164.528(b)(3)).
fn of_disclosure(disclosure: &DisclosureView) -> Vec<Block> {
    let first = words::day(disclosure.disclosed_on);
    let mut blocks = vec![heading(2, &first)];
    blocks.extend(rows("Given to", disclosure.recipient.reveal()));
    blocks.extend(disclosure.address.iter().flat_map(|address| rows("Address", address.reveal())));
    blocks.extend(rows("What", disclosure.what.reveal()));
    blocks.push(row("Why", words::disclosure_purpose(disclosure.purpose)));
    blocks.extend(disclosure.words.iter().flat_map(|text| rows("In words", text.reveal())));
    if let Some((frequency, last_on)) = disclosure.frequency.as_ref().zip(disclosure.last_on) {
        blocks.push(row(
            "Several times",
            format!("{}, the last on {}", frequency.reveal(), words::day(last_on)),
        ));
    }
    blocks
}

fn signed(label: &str, signature: &Signature) -> Block {
    let (name, at) = (signature.signer_name.reveal(), words::moment(signature.signed_at));
    row(label, format!("{name}, {at}. SHA-256 {}", signature.sha256))
}

/// What was said, the lines of one voice after the other together.
fn of_transcript(transcript: &TranscriptView) -> Vec<Block> {
    let label = |segment: &SegmentView| {
        let speaker = transcript.speakers.iter().find(|one| Some(one.id) == segment.speaker_id);
        let who = speaker.map_or("Voice", |one| words::role(one.role));
        format!("{who}, {}", words::offset(segment.start_ms))
    };
    let mut blocks = vec![heading(3, "Transcript")];
    blocks.extend(transcript.removal.iter().flat_map(of_removal));
    for turn in transcript.segments.chunk_by(|one, next| one.speaker_id == next.speaker_id) {
        let text: Vec<&str> = turn.iter().map(|segment| segment.text.reveal().as_str()).collect();
        blocks.extend(turn.first().map(|first| Block::Row(label(first), text.join(" "))));
    }
    blocks
}

/// That it is gone, and what is kept of what the notes rest on.
fn of_removal(removal: &TranscriptRemoval) -> impl Iterator<Item = Block> {
    let gone = format!("It was removed on {}, as the practice has set.", words::moment(removal.at));
    let kept = removal.evidence.iter().filter_map(|one| {
        let label = format!("{}, {}", words::role(one.role), words::offset(one.start_ms));
        one.quotation.as_ref().map(|quotation| Block::Row(label, quotation.reveal().clone()))
    });
    [Block::Paragraph(gone)].into_iter().chain(kept)
}

/// A label and the first line of a text that somebody has written; the others as paragraphs below it.
fn rows(label: &str, text: &str) -> impl Iterator<Item = Block> {
    let (first, rest) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
    std::iter::once(row(label, first.trim())).chain(paragraphs(rest))
}

/// The lines of a text that somebody has written, as paragraphs.
fn paragraphs(text: &str) -> impl Iterator<Item = Block> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(paragraph)
}
