//! Everything that is read from the server has four states: waiting, empty, refused, here. Waiting and
//! refused are drawn the same everywhere; empty and here belong to the page.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, task::spawn_local};
use shared::page::Page;
use web_sys::AbortController;

use super::RefusalOf;
use crate::api::{Failure, SignedIn};

/// What is known of something that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched<T> {
    /// Nothing yet.
    Waiting,
    /// It was refused.
    Refused(Failure),
    /// Here it is.
    Here(T),
}

/// Something that was asked for, and can be asked for again.
#[derive(Debug)]
pub struct Loaded<T: Send + Sync + 'static> {
    state: RwSignal<Fetched<T>>,
    turn: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

impl<T: Clone + Send + Sync + 'static> Loaded<T> {
    /// What is known now.
    pub fn get(self) -> Fetched<T> {
        self.state.get()
    }

    /// The thing itself, once it is here.
    pub fn here(self) -> Option<T> {
        self.state.with(|state| if let Fetched::Here(value) = state { Some(value.clone()) } else { None })
    }

    /// As [`Loaded::here`], without following it.
    pub fn here_untracked(self) -> Option<T> {
        self.state
            .with_untracked(|state| if let Fetched::Here(value) = state { Some(value.clone()) } else { None })
    }

    /// Asks again; what is here stays until the answer comes.
    pub fn ask_again(self) {
        self.turn.try_update(|turn| *turn += 1);
    }

    /// Puts in what another request answered.
    pub fn put(self, value: T) {
        self.state.try_set(Fetched::Here(value));
    }

    /// Changes what is here.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        self.state.try_update(|state| {
            if let Fetched::Here(value) = state {
                change(value);
            }
        });
    }
}

/// Asks for something now, and again whenever a signal that `ask` reads has changed. The request is given
/// up when the page is left.
pub fn fetched<T, F, Answer>(ask: F) -> Loaded<T>
where
    T: Clone + Send + Sync + 'static,
    F: Fn(SignedIn) -> Answer + 'static,
    Answer: Future<Output = Result<T, Failure>> + 'static,
{
    let loaded = Loaded { state: RwSignal::new(Fetched::Waiting), turn: RwSignal::new(0) };
    follow(loaded, Box::new(move |api| Box::pin(ask(api))));
    loaded
}

/// A request as a value, so that the code around it exists once for each kind of answer.
type Asking<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

fn follow<T: Clone + Send + Sync + 'static>(loaded: Loaded<T>, ask: Box<dyn Fn(SignedIn) -> Asking<T>>) {
    let api = expect_context::<SignedIn>();
    Effect::new(move || {
        loaded.turn.track();
        let Ok(controller) = AbortController::new() else { return };
        let controller = StoredValue::new_local(controller);
        on_cleanup(move || {
            let _ = controller.try_with_value(AbortController::abort);
        });
        let asking = ask(api.until(controller));
        spawn_local(async move {
            let state = match asking.await {
                Ok(value) => Fetched::Here(value),
                Err(Failure::Left) => return,
                Err(failure) => Fetched::Refused(failure),
            };
            loaded.state.try_set(state);
        });
    });
}

/// Draws something that was asked for.
#[component]
pub fn Fetch<T, F, V>(
    /// What was asked for.
    of: Loaded<T>,
    /// How it looks when it is here.
    view: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    move || match of.get() {
        Fetched::Waiting => view! {
            <div class="skeleton" role="status">
                <span class="visually-hidden">"Loading"</span>
                <i></i>
                <i></i>
                <i></i>
            </div>
        }
        .into_any(),
        Fetched::Refused(failure) => view! { <RefusalOf failure again=move |()| of.ask_again()/> }.into_any(),
        Fetched::Here(value) => view(value).into_any(),
    }
}

/// Asks for the next page of a list.
#[component]
pub fn More<T, F, Answer>(
    /// The list so far.
    of: Loaded<Page<T>>,
    /// Asks for the page after a cursor.
    ask: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(String) -> Answer + Copy + Send + Sync + 'static,
    Answer: Future<Output = Result<Page<T>, Failure>> + 'static,
{
    let work = super::Work::new();
    let next = move || of.here().and_then(|page| page.next_cursor);
    view! {
        {move || next().map(|cursor| view! {
            <button
                type="button"
                class="more"
                disabled=move || work.is_busy()
                on:click=move |_| work.run(ask(cursor.clone()), move |page| of.change(|list| {
                    list.items.extend(page.items);
                    list.next_cursor = page.next_cursor;
                }))
            >
                "Show more"
            </button>
        })}
        <super::Refusal of=work.failure()/>
    }
    .into_any()
}
