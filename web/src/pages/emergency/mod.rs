//! Emergency access to one client's chart: opening it, the banner while it lasts, what one says afterwards, and
//! the queue of those who review.

mod banner;
mod own;
mod queue;

pub use banner::EmergencyBanner;
pub use own::EmergencyPage;
pub use queue::EmergencyQueuePage;

use wasm_bindgen::JsValue;

use crate::api::{list, read, text};
use crate::components::{Input, Kind};

/// The items of a list.
fn items(answer: &str) -> Vec<JsValue> {
    list(&read(answer), "items").iter().collect()
}

/// A field that begins empty.
fn empty(name: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Input {
    Input { name, label, hint, kind, value: String::new(), optional: false }
}

/// The id of an item.
fn id(of: &JsValue) -> String {
    text(of, "id")
}
