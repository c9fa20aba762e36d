//! Everything that is read from the server has four states: waiting, empty, refused, here. Waiting and
//! refused are drawn the same everywhere; empty and here belong to the page.

use crate::drawn::{Draw, Drawn, changing};
use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use shared::page::Page;
use web_sys::AbortController;

use super::RefusalOf;
use crate::api::{Failure, SignedIn};

/// What is known of something that was asked for.
#[derive(Debug, Clone)]
enum Fetched<T> {
    /// Nothing yet.
    Waiting,
    /// It was refused.
    Refused(Failure),
    /// Here it is.
    Here(T),
}

/// What was fetched, whatever it is. Kept without its type inside, so that the code that asks, waits and
/// draws exists once and not once for every kind of answer; that is a tenth of the whole app.
type Anything = Arc<dyn Any + Send + Sync>;
/// A request under way.
type Asking = Pin<Box<dyn Future<Output = Result<Anything, Failure>>>>;

/// Something that was asked for, and can be asked for again.
#[derive(Debug)]
pub struct Loaded<T> {
    state: RwSignal<Fetched<Anything>>,
    turn: RwSignal<u32>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

impl<T: Clone + Send + Sync + 'static> Loaded<T> {
    /// The thing itself, once it is here.
    pub fn here(self) -> Option<T> {
        self.state.track();
        self.here_untracked()
    }

    /// As [`Loaded::here`], without following it.
    pub fn here_untracked(self) -> Option<T> {
        let anything = self.state.with_untracked(inside)?;
        anything.downcast_ref::<T>().cloned()
    }

    /// Asks again; what is here stays until the answer comes.
    pub fn ask_again(self) {
        self.turn.try_update(|turn| *turn += 1);
    }

    /// Puts in what another request answered.
    pub fn put(self, value: T) {
        self.state.try_set(Fetched::Here(Arc::new(value)));
    }

    /// Changes what is here.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        if let Some(mut value) = self.here_untracked() {
            change(&mut value);
            self.put(value);
        }
    }
}

fn inside(state: &Fetched<Anything>) -> Option<Anything> {
    if let Fetched::Here(value) = state { Some(value.clone()) } else { None }
}

/// Asks for something now, and again whenever a signal that `ask` reads has changed. The request is given
/// up when the page is left.
pub fn fetched<T, F, Answer>(ask: F) -> Loaded<T>
where
    T: Clone + Send + Sync + 'static,
    F: Fn(SignedIn) -> Answer + 'static,
    Answer: Future<Output = Result<T, Failure>> + 'static,
{
    let loaded = Loaded { state: RwSignal::new(Fetched::Waiting), turn: RwSignal::new(0), of: PhantomData };
    let ask = move |api| -> Asking {
        let answer = ask(api);
        Box::pin(async move { answer.await.map(|value| Arc::new(value) as Anything) })
    };
    follow(loaded.state, loaded.turn, Box::new(ask));
    loaded
}

fn follow(state: RwSignal<Fetched<Anything>>, turn: RwSignal<u32>, ask: Box<dyn Fn(SignedIn) -> Asking>) {
    let api = expect_context::<SignedIn>();
    Effect::new(move || {
        turn.track();
        let Ok(controller) = AbortController::new() else { return };
        let controller = StoredValue::new_local(controller);
        on_cleanup(move || {
            let _ = controller.try_with_value(AbortController::abort);
        });
        let asking = ask(api.until(controller));
        spawn_local(async move {
            let answer = match asking.await {
                Ok(value) => Fetched::Here(value),
                Err(Failure::Left) => return,
                Err(failure) => Fetched::Refused(failure),
            };
            state.try_set(answer);
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
    let draw = move |anything: Anything| match anything.downcast_ref::<T>() {
        Some(value) => view(value.clone()).drawn(),
        None => ().drawn(),
    };
    drawn(of.state, of.turn, Box::new(draw))
}

fn drawn(
    state: RwSignal<Fetched<Anything>>,
    turn: RwSignal<u32>,
    draw: Box<dyn Fn(Anything) -> Drawn + Send + Sync>,
) -> Drawn {
    let again = Callback::new(move |()| {
        turn.try_update(|turn| *turn += 1);
    });
    (move || match state.get() {
        Fetched::Waiting => super::skeleton(),
        Fetched::Refused(failure) => view! { <RefusalOf failure again/> }.drawn(),
        Fetched::Here(anything) => draw(anything),
    })
    .drawn()
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
        {changing(move || next().map(|cursor| view! {
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
        }))}
        <super::Refusal of=work.failure()/>
    }
    .drawn()
}
