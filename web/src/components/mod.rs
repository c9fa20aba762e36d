//! Parts that pages are made of. None of them knows what a client or a note is; labels, focus and `aria-*`
//! are theirs.

mod autogrow;
mod dialog;
mod empty;
mod fetched;
mod field;
mod form;
mod icon;
mod lines;
mod members;
mod moment;
mod page_title;
mod refusal;
mod save;
mod skeleton;
mod stepper;
mod switch;
mod work;

pub use autogrow::Autogrow;
pub use dialog::Dialog;
pub use empty::Empty;
pub use fetched::{Fetch, Loaded, More, fetched};
pub use field::{Choice, Field};
pub use form::{Form, Input, Kind};
pub use icon::Icon;
pub use lines::{Line, button, form};
pub use members::{Member, Members};
pub use moment::{Moment, day, day_in};
pub use page_title::PageTitle;
pub use refusal::{Refusal, RefusalOf};
pub use save::save_button;
pub use skeleton::skeleton;
pub use stepper::Stepper;
pub use switch::Switch;
pub use work::{Submit, Work};
