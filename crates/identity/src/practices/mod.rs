//! The practices that one person works in.
//!
//! - A sign-in is in one practice, and nothing of another can be seen from it. What a person sees of all
//!   theirs is the list of them.
//! - **Switching** ends the sign-in in the one practice and opens another in the other, which lasts no longer
//!   than the first would have. A browser holds one refresh cookie, so a sign-in left open could only be
//!   forgotten.
//! - A second factor that was shown in the first counts in the other if it is the person's own, from when it
//!   was shown. Whether one is needed there, the other practice says.

mod join;
mod list;
mod store;
mod switch;

pub use join::{JoinError, join};
pub use list::{is_own_practice, list_own_practices};
pub use switch::{CarriedOver, SwitchError, end_sign_ins_here, enter, leave};
