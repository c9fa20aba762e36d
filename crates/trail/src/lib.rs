//! What makes altering the trail show: a keyed code in each row, a chain of links over the rows, and anchors of the
//! chain's head outside the database.
//!
//! - The server that writes a [`Row`] puts a code over it ([`TrailKey::seal`]), so that nobody without the key can add
//!   one.
//! - A [`Link`] binds the rows that no link before it binds: each by its id and a code over the whole row as it is
//!   stored. The link's own code covers its number and the code of the link before.
//! - An [`Anchor`] says which link was the last at a time. It is kept where whoever can write the database cannot.
//! - A [`Cut`] says up to which link a trail may be missing, because its time was over. An event of the trail names it.
//! - A [`Verification`] is shown links and rows, and says what does not agree.
//!
//! The keys come from the server's key ring and are in no database, so that a superuser of the database can neither
//! mend a row that they changed nor make the chain anew.

mod anchor;
mod cut;
mod cuts;
mod key;
mod link;
mod row;
mod swaps;
mod verification;

pub use anchor::{Anchor, NoAnchor};
pub use cut::Cut;
pub use key::{Code, TrailKey};
pub use link::{Entries, Head, Link, MalformedEntries, Origin};
pub use row::Row;
pub use verification::{Unlinked, Verification};
