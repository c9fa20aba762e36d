//! Emergency access to one client's chart.

pub mod attest;
pub mod begin;
pub mod decide;
pub mod end;
pub mod list;
pub mod list_own;
pub mod search;

use access::{Actor, Tx};

use crate::{App, Refusal, middleware::current_request};

/// A transaction that reads the clients whom the acting person does not see: what it finds leaves it only as
/// an id and initials.
async fn begin_unseen(app: &App, actor: &Actor) -> Result<Tx, Refusal> {
    let system = Actor::system("system:emergency", actor.practice_id(), current_request());
    Ok(app.database.begin_reading(system).await?)
}
