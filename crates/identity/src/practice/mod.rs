//! What a practice sets for itself: its name and place, how times are shown, and how its people sign in.
//!
//! - A change is meant for the revision that was seen, and leaves one event with the names of what was
//!   changed.
//! - What removes more of sessions than before holds a week later, and until then what was set before does.
//! - How people sign in, who sees what and what is removed is changed with a second factor shown a moment ago.

mod edit;
mod load;
mod removal;
pub(crate) mod store;

pub use edit::{EditPracticeError, edit_practice};
pub(crate) use load::password_min_length;
pub use load::{
    RetentionRules, addresses_for_privacy, addresses_of_the_responsible, find_jurisdiction,
    find_privacy_contact, find_retention_rules, load_practice, load_rules,
};

/// The names of the IANA time zone database (2025b, public domain) and of ICU, a line each. A list of our
/// own, because browsers know the zones' rules and nothing here computes with them.
const TIME_ZONES: &str = include_str!("time_zones.txt");

fn is_time_zone(name: &str) -> bool {
    TIME_ZONES.lines().any(|line| line == name)
}

/// BCP 47, as far as it is in use: a language, perhaps a script, perhaps a region.
fn is_locale(tag: &str) -> bool {
    let mut parts = tag.split('-').peekable();
    let lower = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    let language = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && lower(part));
    parts.next_if(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    parts.next_if(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase()));
    language && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_by_their_whole_name() {
        for known in ["America/Los_Angeles", "Europe/Kyiv", "Asia/Calcutta", "UTC"] {
            assert!(is_time_zone(known), "{known}");
        }
        for unknown in ["", "America", "america/los_angeles", "America/Los_Angeles ", "PST", "+01:00"] {
            assert!(!is_time_zone(unknown), "{unknown}");
        }
    }

    #[test]
    fn locales_are_a_language_a_script_and_a_region() {
        for known in ["en", "en-GB", "zh-Hant-TW", "fil"] {
            assert!(is_locale(known), "{known}");
        }
        for unknown in ["", "english", "en_GB", "en-gb", "en-GB-", "EN", "en-GB-x", "de-DE-1996"] {
            assert!(!is_locale(unknown), "{unknown}");
        }
    }
}
