//! Requests of clients that their record be changed (45 CFR 164.526).
//!
//! - A request is acted on within sixty days of the day on which it came; what else holds of its clock is said in
//!   [`requests`](crate::requests).
//! - Accepted, a signed note is added to and stays as it was signed: the addendum says that it was asked for, and when.
//!   Whatever else is to be changed is changed where it stands, and the answer says what that was.
//! - Denied, on a ground that the rule names, the person may say why they disagree, and the practice may say something
//!   to that, each once.
//! - What was answered goes with the record from then on: see [`list_answered`].

mod extend;
mod list;
mod load;
mod papers;
mod receive;
mod remind;
mod settle;
mod store;

pub use extend::extend;
pub use list::{list, list_answered};
pub use load::{LoadError, load};
pub use papers::{AddPaperError, add_paper};
pub use receive::receive;
pub use remind::remind;
pub use settle::{AcceptError, accept, deny, withdraw};
