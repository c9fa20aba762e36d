//! Emergency access to one client's chart (45 CFR 164.312(a)(2)(ii), "break glass").
//!
//! - It opens **one** client to **one** person for an hour, or until they end it; `access` puts that into the
//!   condition every query of theirs is under. It gives no permission that they lack.
//! - It begins with a reason and a second factor shown a moment ago, and at that moment a mail goes to the
//!   owners and to the privacy contact. The mail holds nothing about the client.
//! - What is done under it stands in the audit trail with its id.
//! - Afterwards its person **attests** what they did, once, and somebody else **decides** whether it was
//!   justified. Nobody decides about their own, and what was attested or decided is not changed.

mod begin;
mod list;
mod settle;
mod store;

pub use begin::{BeginError, SEARCHES_AN_HOUR, begin, count_search};
pub use list::{list, list_own};
pub use settle::{SettleError, attest, decide, end};
