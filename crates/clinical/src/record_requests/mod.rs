//! Requests of a client, or of somebody for them, to see or have their records (45 CFR 164.524).
//!
//! - A request is answered within thirty days of the day on which it came; what else holds of its clock is said in
//!   [`requests`](crate::requests).
//! - It is answered by handing the records over, or denied on a ground that the rule names, with what the person was
//!   told; or whoever asked withdraws it.

mod extend;
mod list;
mod load;
mod receive;
mod remind;
mod settle;
mod store;

pub use extend::extend;
pub use list::list;
pub use load::{LoadError, Wanted, load, load_wanted};
pub use receive::receive;
pub use remind::remind;
pub use settle::{deny, fulfil, withdraw};
