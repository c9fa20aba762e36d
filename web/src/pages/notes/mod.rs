//! Notes: written and signed beside the transcript of their session, and printed.

mod addenda;
mod begin;
mod co_sign;
mod conflict;
mod editor;
mod evidence;
mod pane;
mod print;
mod risk;
mod section;
mod sentence;
mod sign;
mod signed;

pub use pane::NotePane;
pub use print::PrintPage;
