//! Jobs as people see them: how far, how long still, and what to do when one has failed.

mod cancel;
mod changed;
mod draft;
pub(crate) mod fail;
mod give_up;
mod load;
mod retry;
pub(crate) mod store;

pub use cancel::{CancelError, cancel};
pub use changed::{Cursor, Watch};
pub use draft::{RequestDraftError, request_draft};
pub use give_up::Unattended;
pub use load::{LoadError, load};
pub use retry::{RetryError, retry};
