//! Pages that are not part of the first load: each belongs to a part of the app that is loaded when somebody first goes
//! to one of its pages (`tools/wasm-bindgen-shim` cuts them off). What is going on, a recording above all, goes on.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use leptos::{prelude::*, task::spawn_local};
pub use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::{
    api::browser,
    drawn::{Draw, Drawn, changing},
    pages::Waiting,
};

/// What comes with a part.
type Coming<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// A page of a part.
#[derive(Clone, Copy)]
pub struct Apart {
    /// Loads the part, unless it is here.
    pub load: fn() -> Coming<()>,
    /// Draws the page, once the part is here.
    pub draw: fn() -> Coming<Drawn>,
}

/// A page, and the part of the app it belongs to.
macro_rules! page {
    ($part:ident: $page:ident) => {
        || {
            #[$crate::apart::wasm_split($part, fallible, preload(load))]
            fn draw() -> Result<Drawn, $crate::apart::SplitLoaderError> {
                Ok(view! { <$page/> }.drawn())
            }
            $crate::apart::Apart { load: || Box::pin(load()), draw: || Box::pin(draw()) }.drawn_when_loaded()
        }
    };
}
pub(crate) use page;

/// How far a part is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    OnItsWay,
    Here,
    /// The network failed, or the server has a newer app by now.
    Missing,
}

impl Part {
    fn of(loaded: &Result<(), SplitLoaderError>) -> Self {
        if loaded.is_ok() { Self::Here } else { Self::Missing }
    }
}

impl Apart {
    /// Draws the page as soon as its part is here.
    pub fn drawn_when_loaded(self) -> Drawn {
        let part = RwSignal::new(Part::OnItsWay);
        let load = move || {
            let mut loading = (self.load)();
            if let Some(result) = at_once(&mut loading) {
                part.set(Part::of(&result));
                return;
            }
            part.set(Part::OnItsWay);
            spawn_local(async move {
                let _ = part.try_set(Part::of(&loading.await));
            });
        };
        load();
        changing(move || match part.get() {
            Part::OnItsWay => view! { <Waiting/> }.drawn(),
            Part::Here => at_once(&mut (self.draw)()).and_then(Result::ok).drawn(),
            Part::Missing => view! {
                <div class="page">
                    <p class="banner warn" role="alert">
                        "This page did not arrive. If it still does not, MindScribe may have been renewed: load it anew."
                    </p>
                    <div class="row">
                        <button type="button" class="primary" on:click=move |_| load()>"Try again"</button>
                        <a class="button" href=browser::here() rel="external">"Load anew"</a>
                    </div>
                </div>
            }
            .drawn(),
        })
        .drawn()
    }
}

/// What a future has to say without being waited for.
fn at_once<T>(future: &mut Coming<T>) -> Option<Result<T, SplitLoaderError>> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
