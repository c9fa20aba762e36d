//! AI systems: what a practice uses, and whether it may be called.
//!
//! A system enters the register by itself the first time it is used or the register is looked at. One of this
//! computer is live until somebody switches it off; one elsewhere is off until somebody switches it on, for
//! which there has to be an agreement with whoever runs it. Its key stays; its version follows the software.
//! For each purpose a practice uses one: that of this computer until it chooses another (ADR 37). For one session another
//! may be chosen. A practice may also have systems of its own, which none of the software's purposes uses: its programs ask them by
//! way of the gateway (ADR 50).

mod ensure_registered;
mod list;
mod of_session;
mod own;
pub(crate) mod store;
mod switch;

pub use ensure_registered::{Description, ensure_registered};
pub use list::list;
pub use of_session::{SessionSystemError, choose_for_session, list_of_session};
pub(crate) use own::OWN;
pub use own::{RegisterError, list_own, register, replace_key};
pub use switch::{SwitchError, switch};
