//! The root: state above, the frame around, a page inside.

use leptos::prelude::*;
use leptos_router::components::Router;

use crate::{pages::Frame, routes::Pages, state};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    state::provide();
    view! {
        <Router>
            <Frame>
                <Pages/>
            </Frame>
        </Router>
    }
}
