//! Finding a client whom one does not see, and opening their chart for an hour.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

use super::{empty, id, items};
use crate::{
    api::{Call, SignedIn, text},
    components::{Dialog, Form, Kind, Work},
    routes::go_instead,
    state::Emergencies,
};

/// The dialog: whom, then why.
#[component]
pub fn OpenInEmergency(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let found = RwSignal::new(None::<(String, String)>);
    Effect::new(move || {
        if !open.get() {
            found.set(None);
        }
    });
    view! {
        <Dialog open id="emergency-title" title="Open a chart in an emergency">
            {move || match found.get() {
                None => whom(found),
                Some((id, initials)) => why(id, &initials),
            }}
        </Dialog>
    }
    .drawn()
}

fn whom(found: RwSignal<Option<(String, String)>>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let nobody = RwSignal::new(false);
    let send = move |filled: String| {
        nobody.set(false);
        let call = Call::new("POST", "/emergency-access/search").text(&filled);
        work.run(api.text(call), move |answer| match items(&answer).first() {
            Some(one) => found.set(Some((id(one), text(one, "initials")))),
            None => nobody.set(true),
        });
    };
    let inputs = vec![
        empty("given_name", "First name", "", Kind::Line("text")),
        empty("family_name", "Last name", "", Kind::Line("text")),
        empty("date_of_birth", "Date of birth", "", Kind::Line("date")),
    ];
    view! {
        <p>"For somebody who is in danger and whose chart you do not see. All three have to be exact."</p>
        <Form inputs label="Find" work on_send=send/>
        <p role="status">{move || nobody.get().then_some("There is nobody with this name and date of birth.")}</p>
    }
    .drawn()
}

fn why(id: String, initials: &str) -> Drawn {
    let api = expect_context::<SignedIn>();
    let emergencies = expect_context::<Emergencies>();
    let work = Work::new();
    let path = format!("/clients/{id}");
    let send = move |filled: String| {
        let call = Call::new("POST", format!("/clients/{id}/emergency-access")).text(&filled);
        let path = path.clone();
        work.run(api.text(call), move |_| {
            emergencies.changed();
            go_instead(path);
        });
    };
    let inputs = vec![empty("reason", "Why can this not wait?", "The owners read it.", Kind::Lines)];
    let lead = format!(
        "Found: {initials} The chart opens for one hour. The owners are told at once, and everything you open is recorded."
    );
    view! { <p>{lead}</p><Form inputs label="Open the chart" work on_send=send/> }.drawn()
}
