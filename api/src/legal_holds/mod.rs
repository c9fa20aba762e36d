//! Legal holds, and what is decided about how long a chart stays.

pub mod list;
pub mod place;
pub mod release;
pub mod retention;
