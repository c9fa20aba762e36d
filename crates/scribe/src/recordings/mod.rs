//! Recordings: the sound of a session, how far it is, and hearing it.

mod load;
mod outlived;
mod sound;
pub(crate) mod store;

pub use load::{LoadError, load, of_encounters};
pub use outlived::remove_outlived;
pub use sound::sound;
