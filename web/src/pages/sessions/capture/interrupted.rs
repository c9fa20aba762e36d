//! A recording that was cut off, here or on another computer.

use crate::drawn::Draw;
use leptos::{prelude::*, task::spawn_local};
use shared::encounters::ArrivingSound;

use super::{super::Desk, sending::Discard};
use crate::{
    api::SignedIn,
    components::Icon,
    logic::time,
    state::{
        Capture, Notices, Session,
        capture::{Doing, Interrupted},
    },
};

/// A recording that was cut off on this computer.
#[component]
pub fn CutOff(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let capture = expect_context::<Capture>();
    let what = match untrack(|| capture.doing_for(desk.id)) {
        Doing::Interrupted(what) => what,
        _ => Interrupted { elapsed_ms: 0, can_go_on: false },
    };
    let left = Signal::derive(move || {
        let arrival = capture.arrival();
        match arrival.recorded.saturating_sub(arrival.received) {
            0 => "All of it has arrived.".to_owned(),
            left => format!("{} are on the way.", time::size(left)),
        }
    });
    view! {
        <Unfinished
            title="The recording was cut off"
            kept=format!("Everything up to {} was kept.", time::clock(what.elapsed_ms))
            hint=left
            go_on=what.can_go_on.then(|| Callback::new(move |()| capture.go_on()))
            finish=Callback::new(move |()| capture.finish())
            discard=Callback::new(move |()| capture.cancel_sending())
        />
    }
}

/// A recording whose sound comes, or came, from another browser.
#[component]
pub fn ArrivedElsewhere(
    /// The session.
    desk: Desk,
    /// What has arrived.
    arriving: ArrivingSound,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let path = StoredValue::new(format!("/uploads/{}", arriving.upload_id));
    let end = move |keep: bool| {
        let (api, path) = (SignedIn::of(session), path.get_value());
        spawn_local(async move {
            let done = if keep { api.end_upload(&path).await } else { api.delete_upload(&path).await };
            if let Err(failure) = done {
                notices.say(failure.sentence());
            }
            desk.encounter.ask_again();
        });
    };
    view! {
        <Unfinished
            title="This session is being recorded, or was cut off"
            kept=format!("{} have arrived from another browser.", time::size(arriving.received))
            hint=Signal::stored("There it goes on. If it cannot, finish here with what has arrived.".to_owned())
            go_on=None
            finish=Callback::new(move |()| end(true))
            discard=Callback::new(move |()| end(false))
        />
    }
}

/// What one can do with a recording that has not come to its end.
#[component]
fn Unfinished(
    title: &'static str,
    kept: String,
    hint: Signal<String>,
    go_on: Option<Callback<()>>,
    finish: Callback<()>,
    discard: Callback<()>,
) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="unfinished-title">
            <h2 id="unfinished-title" aria-live="polite">{title}</h2>
            <p>{kept}</p>
            <p class="hint" role="status">{hint}</p>
            <div class="row">
                {go_on.map(|go_on| view! {
                    <button type="button" class="primary" on:click=move |_| go_on.run(())>
                        <Icon name="mic"/>
                        "Go on recording"
                    </button>
                })}
                <button type="button" on:click=move |_| finish.run(())><Icon name="stop"/>"Finish"</button>
                <Discard only_copy=true discard/>
            </div>
        </section>
    }
    .drawn()
}
