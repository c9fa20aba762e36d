//! The answers to a request, each with its form in one dialog.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

use crate::{
    api::{Call, SignedIn, browser},
    components::{Dialog, Form, Input, Kind, Work},
};

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer {
    /// It was handed over.
    Fulfil,
    /// It takes longer.
    Extend,
    /// It is denied.
    Deny,
}

impl Answer {
    const fn verb(self) -> &'static str {
        match self {
            Self::Fulfil => "fulfil",
            Self::Extend => "extend",
            Self::Deny => "deny",
        }
    }

    const fn lead(self) -> &'static str {
        match self {
            Self::Fulfil => "Handed over: the request is answered, and stays as it is.",
            Self::Extend => {
                "Thirty days more, once. They have to be told why in writing before the first thirty are over."
            }
            Self::Deny => {
                "Only on one of these grounds. Tell them in writing why, how to have it reviewed and how to complain."
            }
        }
    }

    fn inputs(self) -> Vec<Input> {
        let input =
            |name, label, kind| Input { name, label, hint: "", kind, value: String::new(), optional: false };
        let today = browser::now_utc().map(|now| now.date_naive().to_string()).unwrap_or_default();
        let told = Input { value: today, ..input("told_on", "They were told on", Kind::Line("date")) };
        match self {
            Self::Fulfil => vec![input("words", "How, and to whom", Kind::Line("text"))],
            Self::Extend => vec![input("reason", "Why it takes longer", Kind::Lines), told],
            Self::Deny => {
                let grounds = GROUNDS.iter().map(|(word, text)| ((*word).to_owned(), (*text).to_owned()));
                vec![
                    input("ground", "Ground", Kind::One(grounds.collect())),
                    input("words", "What they were told", Kind::Lines),
                    told,
                ]
            }
        }
    }
}

/// The grounds that there are, the reviewable ones first.
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

/// Which request is being answered, and how.
#[derive(Debug, Clone, Copy)]
pub struct Answering {
    open: RwSignal<bool>,
    what: RwSignal<Option<(String, Answer)>>,
    changed: Callback<()>,
}

impl Answering {
    /// None yet.
    pub fn new(changed: Callback<()>) -> Self {
        Self { open: RwSignal::new(false), what: RwSignal::new(None), changed }
    }

    /// Opens the dialog.
    pub fn begin(self, request: String, answer: Answer) {
        self.what.set(Some((request, answer)));
        self.open.set(true);
    }

    /// Something was answered.
    pub fn done(self) {
        self.open.set(false);
        self.changed.run(());
    }

    /// The dialog.
    pub fn dialog(self) -> Drawn {
        view! {
            <Dialog open=self.open id="answer-title" title="Answer the request">
                {move || self.what.get().map(|(request, answer)| self.form(request, answer))}
            </Dialog>
        }
        .drawn()
    }

    fn form(self, request: String, answer: Answer) -> Drawn {
        let api = expect_context::<SignedIn>();
        let work = Work::new();
        let send = move |filled: String| {
            let call = Call::post(format!("/record-requests/{request}/{}", answer.verb())).text(&filled);
            work.run(api.text(call), move |_| self.done());
        };
        view! { <p>{answer.lead()}</p><Form inputs=answer.inputs() label="Save the answer" work on_send=send/> }
            .drawn()
    }
}
