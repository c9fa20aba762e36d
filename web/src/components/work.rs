//! Something a person asked to be done: whether it is under way, and why it was refused.

use crate::drawn::Draw;
use std::{future::Future, pin::Pin};

use leptos::{prelude::*, task::spawn_local};

use crate::api::Failure;

/// Work under way, and what to do when it is done.
type Asking = Pin<Box<dyn Future<Output = Result<Box<dyn FnOnce()>, Failure>>>>;

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
        self.run_boxed(Box::pin(async move {
            let value = asking.await?;
            let next: Box<dyn FnOnce()> = Box::new(move || then(value));
            Ok(next)
        }));
    }

    /// The same, whatever the answer is, so that the code exists once.
    fn run_boxed(self, asking: Asking) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = asking.await;
            self.busy.try_set(false);
            match answer {
                Ok(next) => next(),
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
    .drawn()
}
