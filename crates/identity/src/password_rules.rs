//! Which passwords are taken: NIST SP 800-63B-4 §3.1.1.2. Length counts, composition does not.

/// The fewest characters while the password is the only factor.
const SHORTEST: usize = 15;
/// The most characters, so that hashing stays cheap.
const LONGEST: usize = 256;

/// Long passwords that are on every list of common ones. The full list comes with the issue on
/// sign-in; at 15 characters and more there are few.
const COMMON: &[&str] = &[
    "123456789012345",
    "1234567890123456",
    "12345678901234567890",
    "abcdefghijklmnop",
    "abcdefghijklmnopqrstuvwxyz",
    "correcthorsebatterystaple",
    "iloveyouiloveyou",
    "letmeinletmeinletmein",
    "passwordpassword",
    "password12345678",
    "password123456789",
    "q1w2e3r4t5y6u7i8",
    "qwertyuiopasdfgh",
    "qwertyuiopasdfghjkl",
    "qwertyuiopasdfghjklzxcvbnm",
    "thisisapassword",
    "administrator123",
    "changemechangeme",
    "welcomewelcome1",
    "trustno1trustno1",
];

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer than 15 characters, or more than 256.
    #[error("the password has too few or too many characters")]
    Length,
    /// It is on a list of common passwords, repeats one character, or is the account's own e-mail.
    #[error("the password is easy to guess")]
    Common,
}

/// Checks a new password.
pub(crate) fn check(password: &str, email: &str) -> Result<(), PasswordRefused> {
    let characters = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&characters) {
        return Err(PasswordRefused::Length);
    }
    let plain: String = password.to_lowercase().split_whitespace().collect();
    let mut letters: Vec<char> = plain.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 4 || COMMON.contains(&plain.as_str()) || plain == crypto::normalise_email(email) {
        return Err(PasswordRefused::Common);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_composition_does_not() {
        assert_eq!(check("four plain words here", "a@b.example"), Ok(()));
        assert_eq!(check("Sh0rt!", "a@b.example"), Err(PasswordRefused::Length));
    }

    #[test]
    fn what_everybody_would_guess_is_refused() {
        for guess in ["Password Password", "aaaaaaaaaaaaaaaaaaaa", "somebody@clinic.example"] {
            assert_eq!(check(guess, "Somebody@Clinic.example"), Err(PasswordRefused::Common), "{guess}");
        }
    }
}
