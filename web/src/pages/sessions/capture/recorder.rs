//! The recorder: start, pause, stop, how long, how loud.

use crate::drawn::{Draw, changing};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::CanvasRenderingContext2d;

use super::super::Desk;
use crate::{
    components::{Icon, RefusalOf},
    logic::{time, words},
    state::{
        Capture,
        capture::{Arrival, Doing},
    },
};

/// After so many quiet tenths of a second the recorder asks whether the microphone works.
const QUIET_TICKS: u32 = 80;
/// Below this level there is nothing at all: not even a quiet room.
const NOTHING: f64 = 0.02;

/// The card.
#[component]
pub fn Recorder(
    /// The session.
    desk: Desk,
    /// Whether there is consent.
    allowed: Memo<bool>,
) -> impl IntoView {
    let capture = expect_context::<Capture>();
    let doing = Memo::new(move |_| capture.doing_for(desk.id));
    let open = Memo::new(move |_| matches!(doing.get(), Doing::Recording | Doing::Paused));
    let elsewhere = Memo::new(move |_| capture.busy_with().is_some_and(|other| other != desk.id));
    view! {
        <section class="card way" class:recording=open class:disabled=move || !allowed.get() aria-labelledby="recorder-title">
            {changing(move || if open.get() {
                view! { <Running capture doing/> }.drawn()
            } else {
                view! {
                    <span class="way-icon"><Icon name="mic"/></span>
                    <h2 id="recorder-title">"Record now"</h2>
                    <p class="hint">
                        {changing(move || if elsewhere.get() {
                            "Another session is being recorded or sent. Finish that one first."
                        } else {
                            "With this computer's microphone. It goes on if you open another page here."
                        })}
                    </p>
                    <div role="alert">
                        {changing(move || match doing.get() {
                            Doing::NoMicrophone(why) => view! { <p class="problem">{why}</p> }.drawn(),
                            Doing::NotBegun(failure) => view! { <RefusalOf failure/> }.drawn(),
                            _ => ().drawn(),
                        })}
                    </div>
                    <button
                        type="button"
                        class="primary"
                        disabled=move || !allowed.get() || elsewhere.get() || doing.get() == Doing::Asking
                        on:click=move |_| capture.record(desk.id)
                    >
                        "Start recording"
                    </button>
                }
                .drawn()
            })}
        </section>
    }
    .drawn()
}

#[component]
fn Running(capture: Capture, doing: Memo<Doing>) -> impl IntoView {
    let paused = Memo::new(move |_| doing.get() == Doing::Paused);
    let quiet = RwSignal::new(0_u32);
    Effect::new(move || {
        let level = capture.level();
        if !paused.get_untracked() {
            quiet.update(|ticks| *ticks = if level < NOTHING { *ticks + 1 } else { 0 });
        }
    });
    let silent = Memo::new(move |_| quiet.get() > QUIET_TICKS);
    let advice = Memo::new(move |_| capture.trouble().filter(|_| !silent.get()));
    view! {
        <h2 id="recorder-title" class="recording-title" aria-live="polite">
            <span class="pulse" class:still=paused></span>
            {changing(move || if paused.get() { "Paused" } else { "Recording" })}
        </h2>
        <p class="timer" role="timer" aria-label="Recorded">{changing(move || time::clock(capture.elapsed_ms()))}</p>
        <Levels capture/>
        <p class="hint" role="status">
            {changing(move || if silent.get() && !capture.arrival().waits {
                "No sound is coming in. Is the microphone muted?".to_owned()
            } else {
                arrived(capture)
            })}
        </p>
        <div role="status">
            {changing(move || advice.get().map(|it| view! { <p class="banner warn">{words::sound_advice_now(it)}</p> }))}
        </div>
        <div class="row center">
            <button type="button" on:click=move |_| capture.pause_or_go_on()>
                {changing(move || if paused.get() {
                    view! { <Icon name="mic"/>"Resume" }.drawn()
                } else {
                    view! { <Icon name="pause"/>"Pause" }.drawn()
                })}
            </button>
            <button type="button" class="primary" on:click=move |_| capture.stop()><Icon name="stop"/>"Stop"</button>
        </div>
    }
    .drawn()
}

/// How far the sound is that was recorded until now.
fn arrived(capture: Capture) -> String {
    let Arrival { received, recorded, waits, is_kept } = capture.arrival();
    match (waits, is_kept) {
        (true, true) => format!(
            "The connection is gone. {} wait here, encrypted, and are sent when it is back.",
            time::size(recorded.saturating_sub(received))
        ),
        (true, false) => "The connection is gone. Please keep this page open until it is back.".to_owned(),
        (false, true) => "Sound is kept here, encrypted, every second, and sent every five.".to_owned(),
        (false, false) => {
            "Sound is sent, encrypted, every five seconds. Please keep this page open.".to_owned()
        }
    }
}

/// The last seconds as bars, and the same as a meter for those who cannot see them.
#[component]
fn Levels(capture: Capture) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let mut bars = vec![0.0_f64; 96];
    Effect::new(move || {
        let level = capture.level();
        bars.remove(0);
        bars.push(level);
        if let Some(canvas) = canvas.get() {
            draw(&canvas, &bars);
        }
    });
    let spoken = move || ((capture.level() * 100.0) as u32).to_string();
    view! {
        <canvas class="levels" width="768" height="96" node_ref=canvas aria-hidden="true"></canvas>
        <meter class="visually-hidden" aria-label="Microphone level" min="0" max="100" prop:value=spoken></meter>
    }
}

fn draw(canvas: &web_sys::HtmlCanvasElement, bars: &[f64]) -> Option<()> {
    let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let colour = window().get_computed_style(canvas).ok()??.get_property_value("color").ok()?;
    context.clear_rect(0.0, 0.0, width, height);
    context.set_fill_style_str(&colour);
    let step = width / bars.len() as f64;
    for (at, bar) in bars.iter().enumerate() {
        let tall = (bar * height).max(3.0);
        context.fill_rect(at as f64 * step + 1.0, (height - tall) / 2.0, step - 3.0, tall);
    }
    Some(())
}
