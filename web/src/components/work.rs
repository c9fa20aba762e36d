//! Something a person asked to be done: whether it is under way, and why it was refused.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, task::spawn_local};

use crate::api::Failure;

/// One kind of work, done one at a time.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Work {
    /// Not begun.
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), failure: RwSignal::new(None) }
    }

    /// Whether it is under way.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Why it was refused the last time.
    pub fn failure(self) -> Signal<Option<Failure>> {
        self.failure.into()
    }

    /// What was wrong with one field.
    pub fn about(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.failure.with(|failure| failure.as_ref().and_then(|one| one.about(field))))
    }

    /// Puts a refusal there.
    pub fn refuse(self, failure: Failure) {
        self.failure.try_set(Some(failure));
    }

    /// Does it, unless it is under way already.
    pub fn run<T: 'static>(
        self,
        asking: impl Future<Output = Result<T, Failure>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        self.run_boxed(Box::pin(asking), Box::new(then));
    }

    /// The same with everything as a value, so that the code exists once for each kind of answer.
    fn run_boxed<T: 'static>(
        self,
        asking: Pin<Box<dyn Future<Output = Result<T, Failure>>>>,
        then: Box<dyn FnOnce(T)>,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = asking.await;
            self.busy.try_set(false);
            match answer {
                Ok(value) => then(value),
                Err(Failure::Left) => {}
                Err(failure) => self.refuse(failure),
            }
        });
    }
}

/// The button that sends a form.
#[component]
pub fn Submit(
    /// What it says.
    label: &'static str,
    /// The work it begins.
    work: Work,
    /// Whether it cannot be pressed for another reason.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class="primary"
            class:busy=move || work.is_busy()
            aria-busy=move || work.is_busy().then_some("true")
            disabled=move || disabled.get() || work.is_busy()
        >
            {label}
        </button>
    }
    .into_any()
}
