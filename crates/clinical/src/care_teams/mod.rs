//! Who is in care of a client. Whoever is sees the chart; of the others, only those whose permissions show
//! every client, and who supervises somebody in care of them (45 CFR 164.502(b): no more than is needed).
//!
//! Whoever adds a client and treats is in care of them from the start.

mod add;
mod list;
mod remove;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use add::add;
pub use list::list;
pub use remove::remove;

/// Why a care team was neither shown nor changed.
#[derive(Debug, thiserror::Error)]
pub enum CareTeamError {
    /// There is no such client to be seen, no such person in the practice, or they are not in the team.
    #[error("there is no such client or person")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] access::AccessError),
}
