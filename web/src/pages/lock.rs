//! The lock: what stands in place of every page while nobody has shown that they are back.

use crate::drawn::{Draw, Drawn};
use leptos::{prelude::*, task::spawn_local};

use super::entrance::{Card, PRESENT_PASSWORD};
use crate::{
    api::{SignedIn, passkey},
    components::{Line, PageTitle, Work, button, form},
    state::{Capture, Session, capture::Doing},
};

/// The page.
pub fn lock() -> Drawn {
    let session = expect_context::<Session>();
    let capture = expect_context::<Capture>();
    let api = SignedIn::of(session);
    let (password, work) = (RwSignal::new(String::new()), Work::new());
    let unlock = move |proof: Option<String>| {
        work.run(async move { api.unlock(proof).await }, move |()| spawn_local(session.come_back()));
    };
    let line = Line { label: "Your password", ..PRESENT_PASSWORD };
    let lines = vec![line.draw(password, Signal::derive(|| None), true)];
    let passkey = passkey::are_here().then(|| button("Use a passkey", "", Box::new(move || unlock(None))));
    let recording = move || if capture.doing() == Doing::Recording { "The recording goes on." } else { "" };
    view! {
        <Card>
            <PageTitle title="Locked".to_owned()/>
            <p>{session.whose()}</p>
            <p role="status">{recording}</p>
            {form(lines, "Unlock", work, Box::new(move || unlock(Some(password.get_untracked()))))}
            <div class="actions">
                {passkey}
                {button("Sign out", "quiet", Box::new(move || spawn_local(session.leave())))}
            </div>
        </Card>
    }
    .drawn()
}
