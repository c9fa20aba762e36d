//! What keeps an installation whole over the years, beside answering requests.

pub mod backups;
pub mod log_archive;
