//! What stands where nothing is yet.

use crate::drawn::Draw;
use leptos::prelude::*;

use super::Icon;

/// A kind sentence, and perhaps what to do.
#[component]
pub fn Empty(
    /// The drawing above it.
    icon: &'static str,
    /// What there is not.
    #[prop(into)]
    title: String,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <p class="empty-title">{title}</p>
            {children.map(|children| children())}
        </div>
    }
    .drawn()
}
