//! What stands there while something is on its way.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

/// Three grey lines, read aloud as "Loading".
pub fn skeleton() -> Drawn {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">"Loading"</span>
            <i></i>
            <i></i>
            <i></i>
        </div>
    }
    .drawn()
}
