//! The fields of a client, to add and to change one.

use crate::drawn::Draw;
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    Phi,
    clients::{ClientView, EditClient, NewClient},
};

use crate::components::{Field, Work};

/// What is typed into the form.
#[derive(Debug, Clone, Copy)]
pub struct ClientForm {
    given_name: RwSignal<String>,
    family_name: RwSignal<String>,
    date_of_birth: RwSignal<String>,
    pronouns: RwSignal<String>,
    email: RwSignal<String>,
    phone: RwSignal<String>,
    external_id: RwSignal<String>,
}

impl ClientForm {
    /// An empty form.
    pub fn empty() -> Self {
        let [given_name, family_name, date_of_birth, pronouns, email, phone, external_id] =
            std::array::from_fn(|_| RwSignal::new(String::new()));
        Self { given_name, family_name, date_of_birth, pronouns, email, phone, external_id }
    }

    /// A form that shows a client.
    pub fn of(client: &ClientView) -> Self {
        let form = Self::empty();
        let optional = |value: &Option<Phi<String>>| value.clone().map(Phi::into_inner).unwrap_or_default();
        form.given_name.set(client.given_name.reveal().clone());
        form.family_name.set(client.family_name.reveal().clone());
        form.date_of_birth
            .set(client.date_of_birth.as_ref().map(|day| day.reveal().to_string()).unwrap_or_default());
        form.pronouns.set(optional(&client.pronouns));
        form.email.set(optional(&client.email));
        form.phone.set(optional(&client.phone));
        form.external_id.set(optional(&client.external_id));
        form
    }

    /// The client to add.
    pub fn new_client(self) -> NewClient {
        NewClient {
            given_name: text(self.given_name).unwrap_or_default().into(),
            family_name: text(self.family_name).unwrap_or_default().into(),
            date_of_birth: self.day(),
            email: text(self.email).map(Phi::new),
            phone: text(self.phone).map(Phi::new),
            pronouns: text(self.pronouns).map(Phi::new),
            external_id: text(self.external_id).map(Phi::new),
            jurisdiction: None,
        }
    }

    /// Every field, as a change: what is empty is cleared.
    pub fn edit(self) -> EditClient {
        EditClient {
            given_name: Some(text(self.given_name).unwrap_or_default().into()),
            family_name: Some(text(self.family_name).unwrap_or_default().into()),
            date_of_birth: Some(self.day()),
            email: Some(text(self.email).map(Phi::new)),
            phone: Some(text(self.phone).map(Phi::new)),
            pronouns: Some(text(self.pronouns).map(Phi::new)),
            external_id: Some(text(self.external_id).map(Phi::new)),
        }
    }

    fn day(self) -> Option<Phi<NaiveDate>> {
        text(self.date_of_birth)?.parse().ok().map(Phi::new)
    }
}

fn text(signal: RwSignal<String>) -> Option<String> {
    let text = signal.get_untracked().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The fields.
#[component]
pub fn ClientFields(
    /// What is typed.
    form: ClientForm,
    /// What sends it.
    work: Work,
) -> impl IntoView {
    view! {
        <div class="columns">
            <Field
                label="First name" id="given_name" required=true autofocus=true
                value=form.given_name problem=work.about("given_name")
            />
            <Field
                label="Last name" id="family_name" required=true
                value=form.family_name problem=work.about("family_name")
            />
            <Field
                label="Date of birth" id="date_of_birth" kind="date"
                value=form.date_of_birth problem=work.about("date_of_birth")
            />
            <Field label="Pronouns" id="pronouns" value=form.pronouns problem=work.about("pronouns")/>
            <Field label="E-mail" id="email" kind="email" value=form.email problem=work.about("email")/>
            <Field label="Phone" id="phone" kind="tel" value=form.phone problem=work.about("phone")/>
            <Field
                label="Id in another system" id="external_id"
                value=form.external_id problem=work.about("external_id")
            />
        </div>
    }
    .drawn()
}
