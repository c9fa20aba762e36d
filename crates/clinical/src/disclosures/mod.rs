//! What was disclosed about a client, to whom and why, so that they can be given an accounting of it (45 CFR 164.528).
//!
//! - An entry is never changed. Another one corrects it, once, and says what stands there instead, or that there was no
//!   such disclosure; the register shows both, an accounting the one that counts.
//! - An agency of oversight or law enforcement may ask that its entry is left out of an accounting until a day
//!   (164.528(a)(2)). The register shows it all the same.

mod account;
mod correct;
mod list;
mod record;
mod store;

pub use account::{AccountError, Accounting, account};
pub use correct::{CorrectError, correct};
pub use list::{ListError, list};
pub use record::{LoadError, RecordError, load, record};
