//! Signing in by somebody who vouches: a practice's connections, coming by one, and what its directory
//! says of who joins, moves and leaves.
//!
//! - A connection belongs to one practice, and whoever comes by it comes into that practice and no
//!   other. A person is known by issuer and subject, within the practice.
//! - Somebody not known yet is found by a **verified** e-mail of the connection's domains, and only among
//!   the people **of this practice**. An account that is not of this practice is never linked: whoever
//!   made it first might not be whom the provider means, and a provider must not reach into it. Such a
//!   person is invited, which shows that the mailbox is theirs, and comes this way from then on.
//! - Owners come by a connection only if an owner made its last change: otherwise who may change
//!   connections could sign in as owner. No provider makes an owner.
//! - A try is good once, for ten minutes, in the browser that began it.
//! - Where a practice wants nothing else, passwords open it to its owners alone ([`admit`]).

mod arrive;
mod attempt;
mod connection;
mod directory;
mod list;
mod required;
mod settings;
pub(crate) mod store;

pub use arrive::{ArriveError, arrive};
pub use attempt::{
    ATTEMPT_LIFETIME, Attempt, AttemptError, NewAttempt, find_attempt, keep_attempt, take_attempt,
};
pub use connection::{
    Connection, Route, find_by_domain, find_by_organization, find_connection, load_connection,
};
pub use directory::{Outcome, hear};
pub use list::{list, load_view};
pub use required::{Admitted, admit};
pub use settings::{Provider, SettingsError, add, change, check, remove};
