//! Requests of a client, or of somebody for them, to see or have their records (45 CFR 164.524).
//!
//! - A request is answered within thirty days of the day on which it came; that is extended once, by thirty days,
//!   with a reason told to the person in writing before the first thirty are over.
//! - It is answered by handing the records over, or denied on a ground that the rule names, with what the person was
//!   told; or whoever asked withdraws it. What was answered stays as it is.
//! - Whoever looks after the practice's privacy is reminded a week before the last day, a day before it, and when it
//!   is over.

mod extend;
mod list;
mod load;
mod receive;
mod remind;
mod settle;
mod store;

pub use extend::{ExtendError, extend};
pub use list::list;
pub use load::{LoadError, Wanted, load, load_wanted};
pub use receive::{ReceiveError, receive};
pub use remind::remind;
pub use settle::{SettleError, deny, fulfil, withdraw};
