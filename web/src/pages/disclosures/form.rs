//! Writing an entry down, new or in the place of another.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;

use crate::{
    api::{Call, SignedIn, read, text},
    components::{Dialog, Form, Input, Kind, Work},
    state::Notices,
};

/// On which grounds something is disclosed that has to be accounted for.
pub const PURPOSES: [(&str, &str); 10] = [
    ("court", "A court's order, or a subpoena"),
    ("abuse_report", "A report of abuse, neglect or domestic violence"),
    ("serious_threat", "To avert a serious threat"),
    ("law_enforcement", "Law enforcement"),
    ("health_oversight", "Oversight of health care by an agency"),
    ("public_health", "Public health"),
    ("coroner", "A coroner, medical examiner or funeral director"),
    ("workers_compensation", "Workers' compensation"),
    ("research", "Research without authorization"),
    ("other", "Another purpose"),
];

/// Where an entry is sent, and what it corrects, as JSON.
type Wanted = (String, Option<String>);

/// The dialog in which an entry is written.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    open: RwSignal<bool>,
    what: RwSignal<Option<Wanted>>,
    changed: Callback<()>,
}

impl Writing {
    /// Nothing yet.
    pub fn new(changed: Callback<()>) -> Self {
        Self { open: RwSignal::new(false), what: RwSignal::new(None), changed }
    }

    /// A button that opens it.
    pub fn button(self, label: &'static str, path: String, corrects: Option<String>) -> Drawn {
        let begin = move |_| {
            self.what.set(Some((path.clone(), corrects.clone())));
            self.open.set(true);
        };
        view! { <button type="button" on:click=begin>{label}</button> }.drawn()
    }

    /// Something was written down.
    pub fn done(self) {
        self.open.set(false);
        self.changed.run(());
    }

    /// The dialog.
    pub fn dialog(self) -> Drawn {
        view! {
            <Dialog open=self.open id="disclosure-title" title="Disclosure">
                {changing(move || self.what.get().map(|what| self.form(what)))}
            </Dialog>
        }
        .drawn()
    }

    fn form(self, (path, corrects): Wanted) -> Drawn {
        let api = expect_context::<SignedIn>();
        let notices = expect_context::<Notices>();
        let work = Work::new();
        let is_correction = corrects.is_some();
        let send = move |filled: String| {
            let filled = if is_correction { format!(r#"{{"instead":{filled}}}"#) } else { filled };
            work.run(api.text(Call::post(path.clone()).text(&filled)), move |_| {
                notices.say("Written down");
                self.done();
            });
        };
        let lead = if is_correction {
            "This stands in its place from now on. The entry itself stays in the register."
        } else {
            "Not what was given for treatment, payment or operations, to the client, or with their authorization."
        };
        view! { <p>{lead}</p><Form inputs=inputs(corrects) label="Save" work on_send=send/> }.drawn()
    }
}

/// The fields; of a correction as they were.
fn inputs(corrects: Option<String>) -> Vec<Input> {
    let (day, line, lines) = (Kind::Line("date"), Kind::Line("text"), Kind::Lines);
    let may = |name, label, hint, kind| Input { optional: true, hint, ..Input::new(name, label, kind) };
    let mut inputs = vec![
        Input::today("disclosed_on", "On"),
        Input::new("recipient", "To whom", line.clone()),
        may("address", "Their address", "", line.clone()),
        Input::new("what", "What", line.clone()),
        Input::new("purpose", "Why", Kind::one_of(&PURPOSES)),
        may("words", "Why, in words", "Or the written request. Needed of another purpose.", lines.clone()),
        may("frequency", "How often", "Of several: weekly, or 12 times.", line),
        may("last_on", "The last on", "Of several.", day.clone()),
        may(
            "suspended_until",
            "In no accounting until",
            "If an agency of oversight or law enforcement has asked for it.",
            day,
        ),
        may(
            "suspended_words",
            "Who asked for that",
            "When, and whether in writing: by word of mouth it lasts thirty days.",
            lines,
        ),
    ];
    if let Some(corrects) = corrects {
        let was = read(&corrects);
        for input in &mut inputs {
            input.value = text(&was, input.name);
        }
    }
    inputs
}
