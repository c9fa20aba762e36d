//! What lives longer than a page: who is signed in, what the server is doing, what is being recorded, whether it is locked.

pub mod capture;
mod connection;
mod emergencies;
mod idle;
mod live;
mod notices;
mod preferences;
mod refresh;
mod session;
mod step_up;
mod unsaved;

pub use capture::Capture;
pub use connection::{Connection, Line};
pub use emergencies::Emergencies;
pub use live::Live;
pub use notices::Notices;
pub use preferences::Preferences;
pub use session::{Phase, Session};
pub use step_up::StepUp;
pub use unsaved::Unsaved;

/// Makes everything of this module available to the whole app.
pub fn provide() {
    use leptos::prelude::provide_context;

    let session = Session::begin();
    provide_context(session);
    provide_context(Connection::watch());
    provide_context(Emergencies::new());
    provide_context(Notices::new());
    provide_context(Preferences::new());
    provide_context(Unsaved::new());
    provide_context(Live::follow(session));
    provide_context(Capture::new(session));
    idle::watch(session);
}
