//! One spelling for the addresses that mean the same mailbox.

use unicode_normalization::UnicodeNormalization;

/// The form of an e-mail address that is compared and indexed: trimmed, Unicode NFC, lower case.
///
/// Two different addresses may share a form (the Kelvin sign lowers to `k`). A message that
/// grants anything must therefore go to the stored address, never to the one just typed.
pub fn normalise_email(email: &str) -> String {
    email.trim().nfc().flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_meet() {
        assert_eq!(normalise_email("  Ada.Lovelace@Example.ORG\n"), "ada.lovelace@example.org");
        assert_eq!(normalise_email("Jose\u{301}@example.org"), normalise_email("JOSÉ@example.org"));
        assert_ne!(normalise_email("a.b@example.org"), normalise_email("ab@example.org"));
    }

    #[test]
    fn normalising_twice_changes_nothing() {
        for email in ["İ@x.org", "ẞ@x.org", "Å@X.org", "Ω\u{345}@x.org"] {
            let once = normalise_email(email);
            assert_eq!(normalise_email(&once), once);
        }
    }
}
