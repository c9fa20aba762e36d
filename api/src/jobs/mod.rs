//! Jobs: how far they are, and trying them again.

pub mod cancel;
pub mod draft;
pub mod events;
pub mod load;
pub mod retry;
