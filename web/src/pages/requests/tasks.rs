//! What is written down about requests: that one came, what was answered, what followed. Each has its form in one dialog.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{ClientId, permissions::Permission};

use super::asked::{asked_for_change, asked_for_records, note_options};
use crate::{
    api::{Call, SignedIn},
    components::{Dialog, Fetch, Form, Input, Kind, Loaded, Work, fetched},
    state::{Notices, Session},
};

/// What can be written down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Task {
    /// Records were asked for.
    AskedForRecords,
    /// A change was asked for.
    AskedForChange,
    /// Records were handed over.
    Fulfil,
    /// A change was made; whether it is one of a note.
    Accept(bool),
    /// It takes longer.
    Extend,
    /// Records are denied.
    DenyRecords,
    /// A change is denied.
    DenyChange,
    /// Somebody disagrees with a denial.
    Statement,
    /// What the practice says to that.
    Rebuttal,
    /// Others were told of a change.
    OthersTold,
}

impl Task {
    /// What its dialog is called, what it says, and the end of its address.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AskedForRecords => {
                ("Records were asked for", "They are due thirty days after it came.", "/record-requests")
            }
            Self::AskedForChange => {
                ("A change was asked for", "In their words, as far as you can.", "/amendments")
            }
            Self::Fulfil => {
                ("Handed over", "Handed over: the request is answered, and stays as it is.", "/fulfil")
            }
            Self::Accept(true) => (
                "Accept the change",
                "This is added to the note under your name; the note stays as it was signed. Ask the person whom else to tell.",
                "/accept",
            ),
            Self::Accept(false) => (
                "Accept the change",
                "Make the change where it stands, and say here what it was. Ask the person whom else to tell.",
                "/accept",
            ),
            Self::Extend => (
                "More time",
                "Thirty days more, once. They have to be told why in writing before the first time is over.",
                "/extend",
            ),
            Self::DenyRecords => (
                "Deny the request",
                "Only on one of these grounds. Tell them in writing why, how to have it reviewed and how to complain.",
                "/deny",
            ),
            Self::DenyChange => (
                "Deny the change",
                "Only on one of these grounds. Tell them in writing why, how to disagree and how to complain.",
                "/deny",
            ),
            Self::Statement => (
                "Statement of disagreement",
                "It goes with the record from now on, with the request and the denial.",
                "/papers",
            ),
            Self::Rebuttal => ("Rebuttal", "It goes with the record too. The person gets a copy.", "/papers"),
            Self::OthersTold => {
                ("Others were told", "Whom the person has named, and who relies on it.", "/papers")
            }
        }
    }

    /// The kind of paper that it is.
    const fn paper(self) -> Option<&'static str> {
        match self {
            Self::Statement => Some("statement"),
            Self::Rebuttal => Some("rebuttal"),
            Self::OthersTold => Some("others_told"),
            _ => None,
        }
    }

    fn inputs(self, notes: Option<String>) -> Vec<Input> {
        let told = || Input::today("told_on", "They were told on");
        let on = |label| Input::today("on", label);
        let deny = |grounds: &[(&str, &str)]| {
            vec![
                Input::new("ground", "Ground", Kind::one_of(grounds)),
                Input::new("words", "What they were told", Kind::Lines),
                told(),
            ]
        };
        match self {
            Self::AskedForRecords => asked_for_records(),
            Self::AskedForChange => asked_for_change(note_options(notes)),
            Self::Fulfil => vec![Input::new("words", "How, and to whom", Kind::Line("text"))],
            Self::Accept(_) => vec![Input::new("words", "What was changed", Kind::Lines), told()],
            Self::Extend => vec![Input::new("reason", "Why it takes longer", Kind::Lines), told()],
            Self::DenyRecords => deny(&GROUNDS),
            Self::DenyChange => deny(&CHANGE_GROUNDS),
            Self::Statement => vec![Input::new("words", "What they say", Kind::Lines), on("Came on")],
            Self::Rebuttal => {
                vec![Input::new("words", "What you say to that", Kind::Lines), on("They got a copy on")]
            }
            Self::OthersTold => vec![Input::new("words", "Who was told", Kind::Lines), on("Told on")],
        }
    }
}

/// The grounds on which records may be denied, the reviewable ones first.
pub const GROUNDS: [(&str, &str); 9] = [
    ("endangerment", "It would endanger somebody's life or safety (reviewable)"),
    ("harm_to_another", "It would harm another person in it (reviewable)"),
    ("harm_by_representative", "Given to the representative, it would do harm (reviewable)"),
    ("psychotherapy_notes", "Psychotherapy notes"),
    ("legal_proceeding", "Compiled for a legal proceeding"),
    ("confidential_source", "Told in confidence by somebody else"),
    ("inmate", "A copy would put an inmate or others at risk"),
    ("research", "Research that goes on, as agreed"),
    ("privacy_act", "The Privacy Act"),
];

/// The grounds on which a change may be denied.
pub const CHANGE_GROUNDS: [(&str, &str); 4] = [
    ("accurate_and_complete", "It is accurate and complete"),
    ("not_created_here", "It was not created here"),
    ("not_in_record_set", "It is not part of the record set"),
    ("not_for_inspection", "It is not available for inspection"),
];

/// What is being written down, and where.
#[derive(Debug, Clone, Copy)]
pub struct Tasks {
    open: RwSignal<bool>,
    what: RwSignal<Option<(String, Task)>>,
    /// The notes that a change can be asked of.
    notes: Option<Loaded<String>>,
    changed: Callback<()>,
}

impl Tasks {
    /// None yet.
    pub fn new(client: Option<ClientId>, changed: Callback<()>) -> Self {
        let client = client.filter(|_| expect_context::<Session>().may(Permission::ReadNotes));
        let notes = client.map(|client| {
            fetched(move |api| async move {
                api.text(Call::get(format!("/notes?status=signed&limit=200&client_id={client}"))).await
            })
        });
        Self { open: RwSignal::new(false), what: RwSignal::new(None), notes, changed }
    }

    /// A button that opens the dialog for what is at this address.
    pub fn button(self, label: &'static str, of: &str, task: Task) -> Drawn {
        let path = format!("{of}{}", task.words().2);
        let begin = move |_| {
            self.what.set(Some((path.clone(), task)));
            self.open.set(true);
        };
        view! { <button type="button" on:click=begin>{label}</button> }.drawn()
    }

    /// The buttons with which a request is written down.
    pub fn receive(self, client: ClientId) -> Drawn {
        let of = format!("/clients/{client}");
        view! {
            {self.button("Records were asked for", &of, Task::AskedForRecords)}
            {self.button("A change was asked for", &of, Task::AskedForChange)}
        }
        .drawn()
    }

    /// Something was written down.
    pub fn done(self) {
        self.open.set(false);
        self.changed.run(());
    }

    /// The dialog, drawn anew for each task, because its title is the task's.
    pub fn dialog(self) -> Drawn {
        (move || {
            self.what.get().map(|(path, task)| {
                view! {
                    <Dialog open=self.open id="task-title" title=task.words().0>
                        {self.form(path.clone(), task)}
                    </Dialog>
                }
                .drawn()
            })
        })
        .drawn()
    }

    /// The form; of a change once it is known which notes there are.
    fn form(self, path: String, task: Task) -> Drawn {
        match self.notes {
            Some(notes) if task == Task::AskedForChange => {
                let form = move |notes| self.fields(path.clone(), task, Some(notes));
                view! { <Fetch of=notes view=form/> }.drawn()
            }
            _ => self.fields(path, task, None),
        }
    }

    fn fields(self, path: String, task: Task, notes: Option<String>) -> Drawn {
        let api = expect_context::<SignedIn>();
        let notices = expect_context::<Notices>();
        let work = Work::new();
        let send = move |mut filled: String| {
            if let Some(kind) = task.paper() {
                filled.insert_str(1, &format!("\"kind\":\"{kind}\","));
            }
            work.run(api.text(Call::post(path.clone()).text(&filled)), move |_| {
                notices.say("Written down");
                self.done();
            });
        };
        view! { <p>{task.words().1}</p><Form inputs=task.inputs(notes) label="Save" work on_send=send/> }
            .drawn()
    }
}
