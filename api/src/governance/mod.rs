//! AI governance: the register of systems and the ledger of their calls.

pub mod calls;
pub mod session;
pub mod switch;
pub mod systems;
