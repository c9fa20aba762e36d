//! Locks when nobody has touched the app for a while, in any tab. Goes by the time of day, so that a computer
//! that slept is locked when it wakes, before anything can be done.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::{Session, session::storage};
use crate::api::browser;

/// When somebody last did something on this browser, in milliseconds; nothing else.
const ACTIVE: &str = "mindscribe.active";
/// How often the server hears of it: a page that is read and asks for nothing is in use too.
const TELL_MS: f64 = 300_000.0;
/// How exactly that is known.
const TO_THE_MS: f64 = 5_000.0;
const SIGNS_OF_LIFE: [&str; 5] = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/// Watches from now on.
pub fn watch(session: Session) {
    let (last, told) = (StoredValue::new(js_sys::Date::now()), StoredValue::new(js_sys::Date::now()));
    let check = move || {
        let shared = storage().and_then(|it| it.get_item(ACTIVE).ok().flatten());
        let shared = shared.and_then(|at| browser::number(&at)).unwrap_or_default();
        let minutes = session.me_untracked().map(|me| f64::from(me.idle_lock_minutes));
        let quiet = js_sys::Date::now() - last.get_value().max(shared);
        if minutes.is_some_and(|minutes| quiet >= minutes * 60_000.0) {
            session.lock();
        }
    };
    let touch = move |_: web_sys::Event| {
        check();
        let now = js_sys::Date::now();
        if now - last.get_value() > TO_THE_MS {
            last.set_value(now);
            if let Some(storage) = storage() {
                let _ = storage.set_item(ACTIVE, &(now as u64).to_string());
            }
        }
        if now - told.get_value() > TELL_MS && session.me_untracked().is_some() {
            told.set_value(now);
            spawn_local(session.look_again());
        }
    };
    for sign in SIGNS_OF_LIFE {
        window_event_listener_untyped(sign, touch);
    }
    for sign in ["focus", "pageshow"] {
        window_event_listener_untyped(sign, move |_| check());
    }
    // Coming back is a sign of life as well: whoever has just signed in or unlocked begins anew.
    Effect::new(move || {
        if session.me().is_some() {
            last.set_value(js_sys::Date::now());
        }
    });
    set_interval(check, Duration::from_secs(5));
}
