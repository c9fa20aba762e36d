//! MindScribe in the browser: Leptos, drawn on the client. `logic` is plain Rust and is tested natively;
//! everything else exists only for `wasm32`.

#![recursion_limit = "256"]
pub mod logic;

#[cfg(target_arch = "wasm32")]
mod apart;
#[cfg(target_arch = "wasm32")]
mod api;
#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod components;
#[cfg(target_arch = "wasm32")]
mod drawn;
#[cfg(target_arch = "wasm32")]
mod pages;
#[cfg(target_arch = "wasm32")]
mod routes;
#[cfg(target_arch = "wasm32")]
mod state;

/// Draws the app into the page.
#[cfg(target_arch = "wasm32")]
pub fn start() {
    leptos::mount::mount_to_body(app::App);
}

/// Only a browser can draw the app.
#[cfg(not(target_arch = "wasm32"))]
pub fn start() {}
