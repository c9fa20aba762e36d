//! Recordings: the sound of a session, how far it is, and hearing it.

mod load;
mod outlived;
mod restored;
mod sound;
pub(crate) mod store;
mod words;

pub use load::{LoadError, load, of_encounters};
pub use outlived::{count_outlived, remove_outlived};
pub use restored::{decode_again, list_objects};
pub use sound::sound;
pub use words::{count_with_outlived_words, list_with_outlived_words, remove_words};
