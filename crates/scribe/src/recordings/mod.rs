//! Recordings: the sound of a session, how far it is, and hearing it.

mod load;
mod sound;
pub(crate) mod store;

pub use load::{LoadError, load, of_encounters};
pub use sound::sound;
