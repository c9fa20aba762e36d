//! Authority: who acts, what they may do, and the one way to the database.
//!
//! - [`Actor`] is who acts: a person in a practice, or a named part of the software.
//! - [`Granted<P>`] proves that an actor has a permission. Only this crate can build one; a domain
//!   function that needs a permission takes it as an argument, so forgetting the check does not compile.
//! - [`Tx`] is a transaction in one practice. Every query goes through it and is filtered by that
//!   practice; every field about a person is sealed and opened by it; it does not commit unless
//!   something was recorded in the audit trail.

mod actor;
mod charts;
mod connection;
mod database;
mod erasure;
mod error;
mod fields;
mod granted;
mod idempotency;
mod kept_secrets;
mod keys;
mod mail_outbox;
mod outbox;
pub mod perm;
mod reading;
mod renewal;
mod request;
mod reseal;
mod rewrap;
mod sign_ins;
pub mod snapshot;
mod trail;
mod tx;
mod visibility;

pub use actor::{Actor, ApiKey, Person};
pub use charts::ChartKeys;
pub use crypto::SealedColumn;
pub use database::{Database, DatabaseTarget};
pub use entities::KEPT_AFTER_CHART;
pub use erasure::{ChartRoots, KEPT_AFTER_DELETION};
pub use error::AccessError;
pub use fields::Fields;
pub use granted::{Forbidden, Granted};
pub use idempotency::{Earlier, IdempotencyKey, IdempotencyMismatch};
pub use kept_secrets::KeptSecret;
pub use mail_outbox::{MAIL, NewMail, load_mail, settle_mail};
pub use outbox::{NewJob, RelayError};
pub use reading::{Lookup, Reading};
pub use renewal::Retired;
pub use request::Request;
pub use reseal::Resealed;
pub use rewrap::Rewrapped;
pub use sign_ins::{SignIn, SignIns};
pub use trail::{
    Chainer, Linked, Outlived, ShortenError, Verified, export_audit_events, is_own, list_affected,
    list_audit_events, list_chart_readers, load_trail_retention,
};
pub use tx::Tx;
