//! The deletion of one client's chart.
//!
//! - Somebody asks for it, with a ground, the client's name and a second factor shown a moment ago; it waits a week, and can
//!   be withdrawn until then. A legal hold that is placed meanwhile makes an end of it: afterwards somebody asks anew.
//! - It [begins](begin): every row that came from this client is gone in one transaction. Sessions with others stay, and
//!   forget that this client was in them; their note is moved to the chart of the next.
//! - It is [finished](finish) when the stored sound is gone too: what is left is counted, and its caller signs what was
//!   counted. Dying in between loses nothing: the next look goes on.
//! - Where the practice has a [rule](crate::retention), the software asks for it and waits longer; whoever keeps such a chart
//!   says why.
//! - A [`ChartTombstone`] beside the backups has it deleted again after a restore.

mod ask;
mod carry_out;
mod load;
pub(crate) mod store;

pub use ask::{AskError, WithdrawError, ask, withdraw};
pub(crate) use carry_out::stop;
pub use carry_out::{
    ChartTombstone, Due, FinishError, Finished, Opened, begin, delete_again, find_due, finish,
    keep_certificate, open,
};
pub use load::{LoadError, list, load};
