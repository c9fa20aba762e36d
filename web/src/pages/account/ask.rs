//! What changes the second step: with the password, a code, or a name.

use leptos::prelude::*;

use crate::{
    api::{Call, Factors, Failure, SignedIn, one},
    components::{Line, Work, form},
    pages::entrance::{CODE, PRESENT_PASSWORD},
};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Set up codes from an app.
    Begin,
    /// Show the first code.
    Confirm,
    /// Remove codes from an app.
    Remove,
    /// Add a passkey.
    Add,
    /// Give this passkey another name.
    Rename(String),
    /// Remove this passkey.
    Drop(String),
}

impl Ask {
    /// What its button says.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Begin => "Set up",
            Self::Confirm => "Confirm",
            Self::Add => "Add a passkey",
            Self::Rename(_) => "Rename",
            Self::Remove | Self::Drop(_) => "Remove",
        }
    }

    /// What is typed.
    fn line(&self) -> Line {
        match self {
            Self::Confirm => CODE,
            Self::Rename(_) => NAME,
            Self::Begin | Self::Remove | Self::Add | Self::Drop(_) => {
                Line { label: "Your password, again", id: "ask-password", ..PRESENT_PASSWORD }
            }
        }
    }

    async fn send(self, api: SignedIn, typed: String, name: String) -> Result<Factors, Failure> {
        let password = one("password", &typed);
        let (method, path, body) = match self {
            Self::Add => return api.add_passkey(&typed, &name).await,
            Self::Confirm => ("POST", "totp/confirm".to_owned(), one("code", &typed)),
            Self::Begin => ("POST", "totp".to_owned(), password),
            Self::Remove => ("POST", "totp/remove".to_owned(), password),
            Self::Drop(id) => ("POST", format!("passkeys/{id}/remove"), password),
            Self::Rename(id) => ("PATCH", format!("passkeys/{id}"), one("name", &typed)),
        };
        api.second_factor(Call::new(method, format!("/me/second-factors/{path}")).text(&body)).await
    }
}

const NAME: Line = Line { label: "Name", id: "name", kind: ("text", "off"), hint: "" };

/// The form.
#[component]
pub fn AskForm(ask: Ask, done: Callback<Factors>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let [typed, name] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let work = Work::new();
    let (line, label, names) = (ask.line(), ask.label(), ask == Ask::Add);
    let mut lines = Vec::new();
    if names {
        lines.push(Line { hint: "Such as your phone's.", ..NAME }.draw(name, work.about("name"), true));
    }
    lines.push(line.draw(typed, work.about(line.id), !names));
    let send = move || {
        let asking = ask.clone().send(api, typed.get_untracked(), name.get_untracked());
        work.run(asking, move |factors| done.run(factors));
    };
    form(lines, label, work, Box::new(send))
}
