//! Sound on its way to the server.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;

use super::super::Desk;
use crate::{
    components::{Icon, RefusalOf},
    logic::time,
    state::{
        Capture,
        capture::{Doing, Sending, SendingState},
    },
};

/// The panel.
#[component]
pub fn SendingPanel(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let capture = expect_context::<Capture>();
    let sending = Memo::new(move |_| match capture.doing_for(desk.id) {
        Doing::Sending(sending) => Some(sending),
        _ => None,
    });
    let percent = move || sending.get().map_or(100, |sending| sending.progress.percent());
    let state = Memo::new(move |_| sending.get().map(|sending| sending.state));
    let discard = Callback::new(move |()| capture.cancel_sending());
    let title = move || match state.get() {
        Some(SendingState::Paused) => "Sending is paused",
        Some(SendingState::Waiting) => "Waiting for the connection",
        Some(SendingState::Refused(_)) => "The recording was not accepted",
        Some(SendingState::Moving) => "Sending the recording",
        None => "The recording has arrived",
    };
    view! {
        <section class="card progress-card" aria-labelledby="sending-title">
            <h2 id="sending-title" aria-live="polite">{title}</h2>
            <div class="meter-row">
                <progress aria-label="Sent" max="100" value=move || percent().to_string()></progress>
                <strong class="percent">{changing(move || format!("{} %", percent()))}</strong>
            </div>
            <p class="hint">{changing(move || sending.get().as_ref().map(figures))}</p>
            {changing(move || match state.get() {
                None => ().drawn(),
                Some(SendingState::Refused(failure)) => view! {
                    <RefusalOf failure/>
                    <div class="row">
                        <button type="button" class="primary" on:click=move |_| capture.send()>"Try again"</button>
                        <Discard only_copy=capture.is_only_copy() discard/>
                    </div>
                }
                .drawn(),
                Some(state) => view! {
                    <div class="row">
                        {if capture.is_only_copy() {
                            ().drawn()
                        } else if state == SendingState::Paused {
                            view! {
                                <button type="button" class="primary" on:click=move |_| capture.send()>"Continue"</button>
                            }
                            .drawn()
                        } else {
                            view! {
                                <button type="button" on:click=move |_| capture.pause_sending()>
                                    <Icon name="pause"/>
                                    "Pause"
                                </button>
                            }
                            .drawn()
                        }}
                        {(!capture.is_only_copy()).then(|| view! { <Discard only_copy=false discard/> })}
                    </div>
                }
                .drawn(),
            })}
        </section>
    }
    .drawn()
}

fn figures(sending: &Sending) -> String {
    let progress = sending.progress;
    let mut parts = vec![format!("{} of {}", time::size(progress.sent), time::size(progress.total))];
    if sending.state == SendingState::Moving {
        if progress.speed > 0.0 {
            parts.push(format!("{} a second", time::size(progress.speed as u64)));
        }
        parts.extend(progress.remaining_ms().map(time::left));
    }
    if sending.resumed {
        parts.push("went on where it stopped".to_owned());
    }
    parts.join(" · ")
}

/// Giving up asks first when the sound exists nowhere else.
#[component]
pub fn Discard(
    /// Whether it exists nowhere else.
    only_copy: bool,
    /// Gives it up.
    discard: Callback<()>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let label = if only_copy { "Discard" } else { "Cancel" };
    move || {
        if asking.get() {
            view! {
                <button type="button" class="danger" on:click=move |_| discard.run(())>
                    "Discard this recording for good"
                </button>
                <button type="button" on:click=move |_| asking.set(false)>"Keep it"</button>
            }
            .drawn()
        } else {
            let click = move |_| if only_copy { asking.set(true) } else { discard.run(()) };
            view! { <button type="button" class="quiet" on:click=click>{label}</button> }.drawn()
        }
    }
}
