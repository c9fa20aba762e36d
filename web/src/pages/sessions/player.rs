//! Hearing the recording: play, seek, speed, and the spans that support a sentence.

use crate::drawn::{Draw, changing};
use leptos::{html, prelude::*, task::spawn_local};
use shared::{RecordingId, recordings::RecordingView};

use crate::{
    api::{SignedIn, browser},
    components::{Icon, RefusalOf},
    logic::{time, waveform},
};

/// Speeds one can choose.
const SPEEDS: [&str; 6] = ["0.75", "1", "1.25", "1.5", "1.75", "2"];

/// The player of one session.
#[derive(Debug, Clone, Copy)]
pub struct Player {
    audio: NodeRef<html::Audio>,
    /// Where it is.
    pub position_ms: RwSignal<u64>,
    /// Whether it plays.
    pub playing: RwSignal<bool>,
    /// Spans still to be played; empty when it plays on.
    spans: StoredValue<Vec<(u64, u64)>>,
    speed: RwSignal<f64>,
    /// Whether there is any sound.
    pub there: RwSignal<bool>,
}

impl Player {
    /// A player without a recording.
    pub fn new() -> Self {
        Self {
            audio: NodeRef::new(),
            position_ms: RwSignal::new(0),
            playing: RwSignal::new(false),
            spans: StoredValue::new(Vec::new()),
            speed: RwSignal::new(1.0),
            there: RwSignal::new(false),
        }
    }

    /// Plays from a place.
    pub fn play_at(self, ms: u64) {
        self.spans.set_value(Vec::new());
        self.jump(ms);
        self.play();
    }

    /// Plays only these spans, one after another.
    pub fn play_spans(self, spans: Vec<(u64, u64)>) {
        let Some((start, _)) = spans.first().copied() else { return };
        self.spans.set_value(spans);
        self.jump(start);
        self.play();
    }

    /// Plays or pauses.
    pub fn toggle(self) {
        if self.playing.get_untracked() {
            self.pause();
        } else {
            self.play();
        }
    }

    /// Goes forward, or back if negative.
    pub fn skip(self, ms: i64) {
        self.spans.set_value(Vec::new());
        self.jump(self.position_ms.get_untracked().saturating_add_signed(ms));
    }

    /// Goes to a place.
    pub fn jump(self, ms: u64) {
        if let Some(audio) = self.audio.get_untracked() {
            audio.set_current_time(ms as f64 / 1e3);
            self.position_ms.set(ms);
        }
    }

    fn play(self) {
        if let Some(audio) = self.audio.get_untracked() {
            audio.set_playback_rate(self.speed.get_untracked());
            if let Ok(promise) = audio.play() {
                // Refused when another call came first; the events tell what is so.
                spawn_local(async move {
                    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
                });
            }
        }
    }

    fn pause(self) {
        if let Some(audio) = self.audio.get_untracked() {
            let _ = audio.pause();
        }
    }

    fn moved(self) {
        let Some(audio) = self.audio.get_untracked() else { return };
        let now = (audio.current_time() * 1e3) as u64;
        self.position_ms.set(now);
        let Some((start, end)) = self.spans.with_value(|spans| spans.first().copied()) else { return };
        if now >= end || now + 2_000 < start {
            let next = self.spans.try_update_value(|spans| {
                spans.remove(0);
                spans.first().copied()
            });
            match next.flatten() {
                Some((start, _)) => self.jump(start),
                None => self.pause(),
            }
        }
    }
}

/// The bar: play, picture, time, speed.
#[component]
pub fn PlayerBar(
    /// What is heard.
    recording: RecordingView,
    /// The player.
    player: Player,
) -> impl IntoView {
    let url = RwSignal::new(None);
    let failure = RwSignal::new(None::<crate::api::Failure>);
    let api = expect_context::<SignedIn>();
    let tickets = StoredValue::new(0_u32);
    let open = move |id: RecordingId| {
        spawn_local(async move {
            match api.audio_ticket(id).await {
                Ok(ticket) => {
                    failure.try_set(None);
                    url.try_set(Some(ticket.url));
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
        });
    };
    let id = recording.id;
    open(id);
    player.there.set(true);
    let length = recording.duration_ms.unwrap_or_default();
    let bars = waveform::bars(&recording.peaks);
    let view_box = format!("0 0 {} {}", bars.len().max(1), waveform::HEIGHT);
    let path = waveform::path(&bars);
    let count = bars.len() as u64;
    let played = move || {
        let hundredths = player.position_ms.get() * count * 100 / length.max(1);
        let hundredths = hundredths.min(count * 100);
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    };
    let lost = move |_| {
        // The ticket lasts only a while: a new one, unless the last try failed right away.
        let try_again = tickets.try_update_value(|count| {
            *count += 1;
            *count <= 3
        });
        if try_again == Some(true) {
            open(id);
        }
    };
    view! {
        <div class="player" role="group" aria-label="Recording">
            <audio
                node_ref=player.audio
                preload="metadata"
                src=move || url.get()
                on:timeupdate=move |_| player.moved()
                on:play=move |_| player.playing.set(true)
                on:playing=move |_| tickets.set_value(0)
                on:pause=move |_| player.playing.set(false)
                on:ended=move |_| player.playing.set(false)
                on:error=lost
            ></audio>
            <button
                type="button"
                class="primary round"
                aria-label=move || if player.playing.get() { "Pause the recording" } else { "Play the recording" }
                on:click=move |_| {
                    player.spans.set_value(Vec::new());
                    player.toggle();
                }
            >
                {changing(move || if player.playing.get() {
                    view! { <Icon name="pause"/> }.drawn()
                } else {
                    view! { <Icon name="play"/> }.drawn()
                })}
            </button>
            <div class="wave">
                <svg viewBox=view_box preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <clipPath id="played"><rect x="0" y="0" width=played height="100"></rect></clipPath>
                    <path class="wave-all" d=path.clone()></path>
                    <path class="wave-played" d=path clip-path="url(#played)"></path>
                </svg>
                <input
                    type="range"
                    aria-label="Place in the recording"
                    min="0"
                    max=length.to_string()
                    step="100"
                    aria-valuetext=move || {
                        format!("{} of {}", time::clock(player.position_ms.get()), time::clock(length))
                    }
                    prop:value=move || player.position_ms.get().to_string()
                    on:input=move |event| {
                        if let Some(ms) = browser::number(&event_target_value(&event)) {
                            player.spans.set_value(Vec::new());
                            player.jump(ms as u64);
                        }
                    }
                />
            </div>
            <span class="player-time">
                {changing(move || time::clock(player.position_ms.get()))} <span class="muted">" / " {time::clock(length)}</span>
            </span>
            <select
                class="speed"
                aria-label="Speed"
                on:change=move |event| {
                    if let Some(speed) = browser::number(&event_target_value(&event)) {
                        player.speed.set(speed);
                        if let Some(audio) = player.audio.get_untracked() {
                            audio.set_playback_rate(speed);
                        }
                    }
                }
            >
                {SPEEDS
                    .into_iter()
                    .map(|speed| view! {
                        <option value=speed selected=speed == "1">{format!("{speed}×")}</option>
                    })
                    .collect_view()}
            </select>
        </div>
        {changing(move || failure.get().map(|failure| view! {
            <RefusalOf failure again=move |()| open(id)/>
        }))}
    }
    .drawn()
}
