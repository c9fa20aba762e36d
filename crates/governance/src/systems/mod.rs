//! AI systems: what a practice uses, and whether it may be called.
//!
//! A system enters the register by itself the first time it is used or the register is looked at,
//! and is live until somebody switches it off. Its key stays; its version follows the software.

mod ensure_registered;
mod list;
pub(crate) mod store;
mod switch;

pub use ensure_registered::{Description, Registered, ensure_registered};
pub use list::list;
pub use switch::{SwitchError, switch};
