//! Claims about notes.

mod drafting;
mod editing;
mod signing;

use ::testing::TestDatabase;
use shared::{
    NoteId, Phi,
    notes::{EditNote, NewAddendum, NoteView, Origin, Section, Sentence},
};

use super::*;

/// Knows no words; the words themselves are tried where they are known.
const NO_RISK: RiskLexicon = RiskLexicon { version: 0, find: |_said| Vec::new() };

async fn read(bench: &TestDatabase, id: NoteId) -> NoteView {
    let (mut tx, granted) = bench.as_therapist().await;
    let note = load(&mut tx, granted, id).await.expect("the note");
    tx.commit().await.expect("kept");
    note
}

async fn edited(
    bench: &TestDatabase,
    id: NoteId,
    expected: i32,
    sections: Vec<Section>,
) -> Result<NoteView, EditError> {
    let (mut tx, granted) = bench.as_therapist().await;
    let note = edit(&mut tx, granted, id, expected, EditNote { sections }).await?;
    tx.commit().await.expect("kept");
    Ok(note)
}

async fn signed(bench: &TestDatabase, id: NoteId, expected: i32) -> Result<NoteView, SignError> {
    let (mut tx, granted) = bench.as_therapist().await;
    let name = SignerName(Phi::from("Dr Grace Hopper"));
    let note = sign(&mut tx, granted, id, expected, name, NO_RISK).await?;
    tx.commit().await.expect("kept");
    Ok(note)
}

async fn added(bench: &TestDatabase, id: NoteId, text: &str) -> Result<NoteView, AddAddendumError> {
    let (mut tx, granted) = bench.as_therapist().await;
    let new = NewAddendum { text: Phi::from(text) };
    let note = add_addendum(&mut tx, granted, id, new, Phi::from("Dr Grace Hopper")).await?;
    tx.commit().await.expect("kept");
    Ok(note)
}

fn section(key: &str, sentences: Vec<Sentence>) -> Section {
    Section { key: key.into(), title: String::new(), sentences }
}

fn own(text: &str) -> Sentence {
    Sentence { id: None, text: Phi::from(text), origin: Origin::Clinician, evidence: Vec::new() }
}

fn subjective(note: &NoteView) -> &Section {
    note.sections.iter().find(|section| section.key == "subjective").expect("the section")
}
