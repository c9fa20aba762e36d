//! The two rooms that the release is bundled as: the charts, where a therapist works, and the office, with
//! everything about people and the practice, paper, and the rarer ways in. Going from one to the other loads the page anew.

/// First parts of the addresses in the office. `boot.js` has to know them before anything is loaded.
pub const OFFICE: [&str; 15] = [
    "account",
    "audit",
    "deletions",
    "disclosures",
    "emergency-access",
    "forgotten-password",
    "governance",
    "invitation",
    "new-password",
    "notes",
    "people",
    "practice",
    "requests",
    "retention",
    "sign-up",
];

/// Whether this address is in the office.
pub fn is_office(path: &str) -> bool {
    let first = path.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
    OFFICE.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_that_starts_the_app_knows_the_same_addresses() {
        let script = include_str!("../../boot.js");
        assert!(script.contains(&format!("/^\\/({})(\\/|$)/", OFFICE.join("|"))), "{script}");
    }

    #[test]
    fn an_address_is_in_one_room() {
        assert!(is_office("/people") && is_office("/practice/keys") && is_office("/requests?client=1"));
        assert!(!is_office("/") && !is_office("/clients/people") && !is_office("/peoples"));
    }
}
