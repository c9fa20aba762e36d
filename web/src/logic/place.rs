//! In which language and zone times are shown: the practice's, where it has set them.

use std::cell::RefCell;

thread_local! {
    static PLACE: RefCell<(Option<String>, Option<String>)> = const { RefCell::new((None, None)) };
}

/// From now on times are shown like this.
pub fn show_times(locale: Option<String>, time_zone: Option<String>) {
    PLACE.set((locale, time_zone));
}

/// The locale and the time zone; `None`: each reader's own.
pub fn here() -> (Option<String>, Option<String>) {
    PLACE.with_borrow(Clone::clone)
}
