//! A note that is being written: what is on the screen, what the server has, and how one becomes the other.

use std::{collections::BTreeSet, time::Duration};

use leptos::{html, prelude::*, task::spawn_local};
use shared::{
    NoteId, Phi, SegmentId, SentenceId, UserId,
    errors::ErrorCode,
    notes::{EditNote, NoteView, Origin, Section, Sentence},
    templates::NoteFormat,
};

use crate::{
    api::{Failure, SignedIn, browser},
    components::Loaded,
    logic::backoff,
    state::Unsaved,
};

/// How long after the last key a note is saved.
const PAUSE: Duration = Duration::from_millis(900);

/// Whether the server has what is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It has.
    Yes,
    /// It will in a moment.
    Soon,
    /// It is being sent.
    Saving,
    /// It could not be sent; why. It is tried again if that can help.
    No(Failure),
    /// Somebody else changed the note.
    Conflict,
}

/// One sentence on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Draft {
    /// Tells rows apart.
    pub row: u32,
    /// Its id, once the server knows it.
    pub id: RwSignal<Option<SentenceId>>,
    /// The words.
    pub text: RwSignal<String>,
    /// Whose words.
    pub origin: RwSignal<Origin>,
    /// What supports it.
    pub evidence: RwSignal<Vec<SegmentId>>,
    /// Where it is typed.
    pub area: NodeRef<html::Textarea>,
}

/// One section on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Its place in the note.
    pub place: usize,
    /// Its key and title.
    pub name: StoredValue<(String, String)>,
    /// Its sentences.
    pub sentences: RwSignal<Vec<Draft>>,
    /// The sentence that was deleted last, and where it stood.
    pub deleted: RwSignal<Option<(usize, Draft)>>,
}

/// A note on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Editor {
    /// Which.
    pub id: NoteId,
    /// Its format.
    pub format: NoteFormat,
    /// Whether the server has it all.
    pub saved: RwSignal<Saved>,
    /// Its sections.
    pub parts: StoredValue<Vec<Part>>,
    note: Loaded<NoteView>,
    api: SignedIn,
    unsaved: Unsaved,
    user: UserId,
    revision: StoredValue<i32>,
    changed: StoredValue<Vec<usize>>,
    rows: StoredValue<u32>,
    turn: StoredValue<u32>,
    sending: StoredValue<bool>,
}

impl Editor {
    /// Opens a note, with what was not saved the last time.
    pub fn open(
        shown: &NoteView,
        note: Loaded<NoteView>,
        api: SignedIn,
        unsaved: Unsaved,
        user: UserId,
    ) -> Self {
        let editor = Self {
            id: shown.id,
            format: shown.template_id,
            saved: RwSignal::new(Saved::Yes),
            parts: StoredValue::new(Vec::new()),
            note,
            api,
            unsaved,
            user,
            revision: StoredValue::new(shown.revision),
            changed: StoredValue::new(Vec::new()),
            rows: StoredValue::new(0),
            turn: StoredValue::new(0),
            sending: StoredValue::new(false),
        };
        let kept = unsaved.take(user, shown.id).unwrap_or_default();
        let parts = shown.sections.iter().enumerate().map(|(place, section)| {
            let mine = kept.iter().find(|one| one.key == section.key);
            let sentences =
                mine.unwrap_or(section).sentences.iter().map(|one| editor.row(one.clone())).collect();
            if mine.is_some() {
                editor.changed.update_value(|changed| {
                    changed.push(place);
                });
            }
            Part {
                place,
                name: StoredValue::new((section.key.clone(), section.title.clone())),
                sentences: RwSignal::new(sentences),
                deleted: RwSignal::new(None),
            }
        });
        editor.parts.set_value(parts.collect());
        if !kept.is_empty() {
            editor.touch();
        }
        on_cleanup(move || editor.close());
        editor
    }

    fn row(self, sentence: Sentence) -> Draft {
        let row = self.rows.get_value();
        self.rows.set_value(row + 1);
        Draft {
            row,
            id: RwSignal::new(sentence.id),
            text: RwSignal::new(sentence.text.into_inner()),
            origin: RwSignal::new(sentence.origin),
            evidence: RwSignal::new(sentence.evidence),
            area: NodeRef::new(),
        }
    }

    /// A person changed words.
    pub fn typed(self, part: Part, draft: Draft) {
        if draft.origin.get_untracked() != Origin::Clinician {
            draft.origin.set(Origin::Clinician);
        }
        self.change(part);
    }

    /// Adds an empty sentence at the end and puts the focus there.
    pub fn add(self, part: Part) {
        let empty =
            Sentence { id: None, text: Phi::from(""), origin: Origin::Clinician, evidence: Vec::new() };
        self.append(part, empty);
    }

    fn append(self, part: Part, sentence: Sentence) {
        let draft = self.row(sentence);
        part.sentences.update(|all| all.push(draft));
        set_timeout(
            move || {
                if let Some(area) = draft.area.get_untracked() {
                    let _ = area.focus();
                }
            },
            Duration::ZERO,
        );
    }

    /// Adds words that were said, with what supports them, to the section about risk, and puts the focus there.
    pub fn quote_risk(self, text: String, evidence: Vec<SegmentId>) {
        let is_risk = |part: &&Part| part.name.with_value(|(key, _)| key == "risk");
        let Some(part) = self.parts.with_value(|parts| parts.iter().find(is_risk).copied()) else { return };
        self.append(part, Sentence { id: None, text: Phi::new(text), origin: Origin::Clinician, evidence });
        self.change(part);
    }

    /// The lines that sentences on the screen cite.
    pub fn cited(self) -> BTreeSet<SegmentId> {
        let parts = self.parts.get_value();
        let rows = parts.iter().flat_map(|part| part.sentences.get());
        let written = rows.filter(|row| row.text.with(|text| !text.trim().is_empty()));
        written.flat_map(|row| row.evidence.get()).collect()
    }

    /// Takes a sentence out.
    pub fn delete(self, part: Part, draft: Draft) {
        let place = part.sentences.with_untracked(|all| all.iter().position(|one| one.row == draft.row));
        let Some(place) = place else { return };
        part.sentences.update(|all| {
            all.remove(place);
        });
        let blank = draft.text.with_untracked(|text| text.trim().is_empty());
        part.deleted.set((!blank).then_some((place, draft)));
        self.change(part);
    }

    /// Puts the sentence back that was taken out last.
    pub fn undo(self, part: Part) {
        if let Some((place, draft)) = part.deleted.get_untracked() {
            part.deleted.set(None);
            part.sentences.update(|all| all.insert(place.min(all.len()), draft));
            self.change(part);
        }
    }

    fn change(self, part: Part) {
        self.changed.update_value(|changed| {
            if !changed.contains(&part.place) {
                changed.push(part.place);
            }
        });
        self.touch();
    }

    fn touch(self) {
        if !matches!(self.saved.get_untracked(), Saved::Conflict | Saved::Soon) {
            self.saved.set(Saved::Soon);
        }
        self.unsaved.mark(self.id, false);
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(turn) && self.saved.get_untracked() != Saved::Conflict {
                    spawn_local(self.save());
                }
            },
            PAUSE,
        );
    }

    /// The sections as they are on the screen, without empty sentences.
    pub fn sections(self) -> Vec<Section> {
        self.parts.with_value(|parts| parts.iter().map(|part| section(*part).0).collect())
    }

    /// Whether something is not on the server yet.
    pub fn is_changed(self) -> bool {
        self.changed.try_with_value(|changed| !changed.is_empty()).unwrap_or_default()
    }

    /// The revision that the screen rests on.
    pub fn revision(self) -> i32 {
        self.revision.get_value()
    }

    /// Sends what was changed, until it is there or cannot be.
    pub async fn save(self) {
        if self.sending.try_get_value() != Some(false) {
            return;
        }
        self.sending.set_value(true);
        let mut attempt = 0;
        while self.is_changed() {
            let places = self.changed.try_update_value(std::mem::take).unwrap_or_default();
            let parts: Vec<Part> = self.parts.with_value(|parts| {
                parts.iter().filter(|one| places.contains(&one.place)).copied().collect()
            });
            let (sections, drafts): (Vec<_>, Vec<_>) = parts.into_iter().map(section).unzip();
            self.saved.set(Saved::Saving);
            let form = EditNote { sections };
            let answer = self.api.edit_note(self.id, self.revision.get_value(), &form).await;
            if self.revision.try_get_value().is_none() {
                // The page is gone; `close` has kept the words.
                return;
            }
            let Err(failure) = answer.map(|view| self.learn(&view, &form.sections, &drafts)) else {
                attempt = 0;
                continue;
            };
            self.changed.update_value(|changed| changed.extend(places));
            if failure.is(ErrorCode::AlreadySigned) {
                self.changed.set_value(Vec::new());
                self.saved.set(Saved::No(failure));
                self.note.ask_again();
                break;
            }
            if failure.is(ErrorCode::PreconditionFailed) {
                self.saved.set(Saved::Conflict);
                break;
            }
            let passing = failure.is_passing();
            self.saved.set(Saved::No(failure));
            if !passing {
                break;
            }
            browser::sleep_ms(backoff::delay_ms(attempt, browser::chance())).await;
            attempt += 1;
            if self.sending.try_get_value().is_none() {
                return;
            }
        }
        self.sending.set_value(false);
        if !self.is_changed() && self.saved.get_untracked() == Saved::Saving {
            self.saved.set(Saved::Yes);
        }
        if !self.is_changed() {
            self.unsaved.mark(self.id, true);
        }
    }

    /// Takes in what the server made of it: ids, origins and the new revision. Words stay as they are on the
    /// screen, where somebody may have gone on writing.
    fn learn(self, view: &NoteView, sent: &[Section], drafts: &[Vec<Draft>]) {
        self.revision.set_value(view.revision);
        for (section, rows) in sent.iter().zip(drafts) {
            let Some(kept) = view.sections.iter().find(|one| one.key == section.key) else { continue };
            for (row, sentence) in rows.iter().zip(&kept.sentences) {
                row.id.set(sentence.id);
                let same = row.text.with_untracked(|text| text.trim() == sentence.text.reveal());
                if same && row.origin.get_untracked() != sentence.origin {
                    row.origin.set(sentence.origin);
                }
            }
        }
    }

    /// Learns what the sentences cite, after lines of the transcript became others. What is not saved yet finds the
    /// newer revision when it is.
    pub fn follow(self) {
        spawn_local(async move {
            let Ok(newest) = self.api.load_note(self.id).await else { return };
            if self.revision.try_get_value().is_none() || self.is_changed() {
                return;
            }
            let words = |sections: Vec<Section>| {
                let all = sections.into_iter().flat_map(|section| section.sentences);
                all.map(|one| (one.id, one.text)).collect::<Vec<_>>()
            };
            if words(self.sections()) == words(newest.sections.clone()) {
                self.learn_evidence(&newest);
            } else {
                self.note.ask_again();
            }
        });
    }

    /// The lines that the sentences cite.
    pub fn evidence(self) -> Vec<SegmentId> {
        let rows = self.parts.with_value(|parts| {
            parts.iter().flat_map(|part| part.sentences.get_untracked()).collect::<Vec<_>>()
        });
        rows.iter().flat_map(|row| row.evidence.get_untracked()).collect()
    }

    fn learn_evidence(self, newest: &NoteView) {
        self.revision.set_value(newest.revision);
        let kept = || newest.sections.iter().flat_map(|section| &section.sentences);
        for row in self.parts.get_value().iter().flat_map(|part| part.sentences.get_untracked()) {
            let id = row.id.get_untracked();
            if let Some(sentence) = kept().find(|one| id.is_some() && one.id == id) {
                row.evidence.set(sentence.evidence.clone());
            }
        }
    }

    /// After a conflict: the newest version, without what was written here.
    pub fn take_theirs(self) {
        self.changed.set_value(Vec::new());
        self.unsaved.drop_note(self.id);
        self.note.ask_again();
    }

    /// After a conflict: what was written here, on top of the newest version.
    pub fn keep_mine(self) {
        spawn_local(async move {
            match self.api.load_note(self.id).await {
                Ok(newest) => {
                    self.learn_evidence(&newest);
                    self.saved.set(Saved::Soon);
                    self.save().await;
                }
                Err(failure) => self.saved.set(Saved::No(failure)),
            }
        });
    }

    /// The page is left: what is not saved is kept in memory, and sent once more.
    fn close(self) {
        self.unsaved.mark(self.id, true);
        if !self.is_changed() {
            return;
        }
        let changed = self.changed.get_value();
        let sections: Vec<Section> = self.parts.with_value(|parts| {
            parts.iter().filter(|one| changed.contains(&one.place)).map(|one| section(*one).0).collect()
        });
        let (api, unsaved, id, revision) = (self.api, self.unsaved, self.id, self.revision.get_value());
        unsaved.keep(self.user, id, sections.clone());
        spawn_local(async move {
            if api.edit_note(id, revision, &EditNote { sections }).await.is_ok() {
                unsaved.drop_note(id);
            }
        });
    }
}

/// A section as it travels, and the rows that its sentences came from.
fn section(part: Part) -> (Section, Vec<Draft>) {
    let rows: Vec<Draft> = part
        .sentences
        .get_untracked()
        .into_iter()
        .filter(|row| row.text.with_untracked(|text| !text.trim().is_empty()))
        .collect();
    let sentences = rows
        .iter()
        .map(|row| Sentence {
            id: row.id.get_untracked(),
            text: Phi::new(row.text.with_untracked(|text| text.trim().to_owned())),
            origin: row.origin.get_untracked(),
            evidence: row.evidence.get_untracked(),
        })
        .collect();
    let (key, title) = part.name.get_value();
    (Section { key, title, sentences }, rows)
}
