//! Asking for a new token once at a time: in this tab by sharing the promise, across tabs by a lock. Two
//! tabs that spend the same refresh cookie at once would look like a theft and end the session.

use std::{cell::RefCell, future::Future};

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::api::browser;

thread_local! {
    static FLIGHT: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Runs `work`, or waits for the run that is under way.
pub async fn once<F: Future<Output = ()> + 'static>(work: impl FnOnce() -> F + 'static) {
    let under_way = FLIGHT.with_borrow(Clone::clone);
    let promise = under_way.unwrap_or_else(|| {
        let promise = future_to_promise(async move {
            across_tabs(work).await;
            FLIGHT.with_borrow_mut(|flight| *flight = None);
            Ok(JsValue::UNDEFINED)
        });
        FLIGHT.with_borrow_mut(|flight| *flight = Some(promise.clone()));
        promise
    });
    let _ = JsFuture::from(promise).await;
}

async fn across_tabs<F: Future<Output = ()> + 'static>(work: impl FnOnce() -> F + 'static) {
    // Only a secure context has locks; elsewhere the cookie would not work either.
    let Some(locks) = browser::property(&browser::window().navigator(), "locks") else {
        return work().await;
    };
    let held = Closure::once_into_js(move |_lock: JsValue| {
        future_to_promise(async move {
            work().await;
            Ok(JsValue::UNDEFINED)
        })
    });
    if let Some(Ok(promise)) = browser::call(&locks, "request", &["mindscribe.refresh".into(), held])
        .map(JsCast::dyn_into::<Promise>)
    {
        let _ = JsFuture::from(promise).await;
    }
}
