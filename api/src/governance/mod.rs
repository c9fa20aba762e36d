//! AI governance: the register of systems and the ledger of their calls.

pub mod calls;
pub mod decision;
pub mod own;
pub mod report;
pub mod rules;
pub mod session;
pub mod stop;
pub mod summary;
pub mod switch;
pub mod systems;
