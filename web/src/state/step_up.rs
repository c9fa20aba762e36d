//! Asking for the second step again, wherever the server wants a fresh one: whoever asks waits here, and then
//! asks once more.

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// The question, which is there once.
#[derive(Debug, Clone, Copy)]
pub struct StepUp {
    open: RwSignal<bool>,
    waiting: StoredValue<Vec<Function>, LocalStorage>,
}

impl StepUp {
    /// Nobody asks.
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), waiting: StoredValue::new_local(Vec::new()) }
    }

    /// Whether the dialog is open. Closing it answers no.
    pub fn open(self) -> RwSignal<bool> {
        self.open
    }

    /// Opens the dialog: whether the second step was shown.
    pub async fn ask(self) -> bool {
        let promise = Promise::new(&mut |resolve, _| self.waiting.update_value(|all| all.push(resolve)));
        self.open.set(true);
        JsFuture::from(promise).await.is_ok_and(|shown| shown.is_truthy())
    }

    /// Tells all who wait whether it was.
    pub fn answer(self, shown: bool) {
        self.open.set(false);
        for resolve in self.waiting.try_update_value(std::mem::take).unwrap_or_default() {
            let _ = resolve.call1(&JsValue::NULL, &shown.into());
        }
    }
}
