//! One session: capture, progress, and the workspace where a transcript becomes a signed note.

mod capture;
mod desk;
mod keys;
mod page;
mod player;
mod progress;
mod settings;
mod sound;
mod transcript;
mod typed;
mod workspace;

pub use desk::Desk;
pub use page::SessionPage;
pub use player::Player;
pub use progress::ByHand;
