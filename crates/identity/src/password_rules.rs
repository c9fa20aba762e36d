//! Which passwords are taken: NIST SP 800-63B-4 §3.1.1.2. Length counts, composition does not.

/// The fewest characters while the password is the only factor.
pub(crate) const SHORTEST_ALONE: usize = 15;
/// The fewest beside a second factor.
const SHORTEST_BESIDE_ANOTHER: usize = 8;
/// The most characters, so that hashing stays cheap.
const LONGEST: usize = 256;

/// Passwords that everybody has, in lower case, in order. From what was published of breaches; where
/// it comes from and its licence stand beside it.
const COMMON: &str = include_str!("common_passwords.txt");

/// What else is asked for at sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factors {
    /// Nothing: the password is all there is.
    PasswordAlone,
    /// A second factor.
    PasswordAndAnother,
}

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer characters than are asked for here, or more than 256.
    #[error("the password has too few or too many characters")]
    Length {
        /// What is asked for.
        at_least: usize,
    },
    /// It is on a list of common passwords, repeats one character, or is the account's own e-mail.
    #[error("the password is easy to guess")]
    Common,
}

/// Checks a new password, which is to have `least` characters if it does alone: what the practice asks for.
/// A practice that asks for more than everybody does asks it of those with a second factor as well.
///
/// # Errors
/// [`PasswordRefused`].
pub(crate) fn check(
    password: &str,
    email: &str,
    factors: Factors,
    least: usize,
) -> Result<(), PasswordRefused> {
    let at_least = match factors {
        Factors::PasswordAndAnother if least <= SHORTEST_ALONE => SHORTEST_BESIDE_ANOTHER,
        Factors::PasswordAlone | Factors::PasswordAndAnother => least,
    };
    if !(at_least..=LONGEST).contains(&password.chars().count()) {
        return Err(PasswordRefused::Length { at_least });
    }
    let plain: String = password.to_lowercase().split_whitespace().collect();
    if is_guessed(&plain) || plain == crypto::normalise_email(email) {
        return Err(PasswordRefused::Common);
    }
    Ok(())
}

/// Whether a list of common passwords leads to it: it stands there, alone, several times over, or with
/// digits behind it; or it has hardly any different characters.
fn is_guessed(plain: &str) -> bool {
    let mut letters: Vec<char> = plain.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 4 {
        return true;
    }
    let word = plain.trim_end_matches(|c: char| !c.is_alphabetic());
    [plain, word].into_iter().any(|text| {
        let unit = repeated(text);
        is_common(text)
            || is_common(unit)
            || (unit.len() < text.len() && unit.len() < SHORTEST_BESIDE_ANOTHER)
    })
}

/// The shortest beginning that, written again and again, makes the whole.
fn repeated(text: &str) -> &str {
    let begins = (1..=text.len() / 2).filter(|length| text.len().is_multiple_of(*length));
    begins
        .filter_map(|length| text.get(..length))
        .find(|unit| text.replace(unit, "").is_empty())
        .unwrap_or(text)
}

fn is_common(text: &str) -> bool {
    let lines = COMMON.as_bytes();
    let (mut low, mut high) = (0, lines.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let begin = lines[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let length = lines[begin..].iter().position(|byte| *byte == b'\n').unwrap_or(lines.len() - begin);
        match lines[begin..begin + length].cmp(text.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = begin + length + 1,
            std::cmp::Ordering::Greater => high = begin,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    use Factors::{PasswordAlone, PasswordAndAnother};

    const TOO_SHORT: Result<(), PasswordRefused> = Err(PasswordRefused::Length { at_least: SHORTEST_ALONE });

    fn check(password: &str, email: &str, factors: Factors) -> Result<(), PasswordRefused> {
        super::check(password, email, factors, SHORTEST_ALONE)
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        assert_eq!(check("four plain words here", "a@b.example", PasswordAlone), Ok(()));
        assert_eq!(check("Sh0rt!", "a@b.example", PasswordAlone), TOO_SHORT);
    }

    #[test]
    fn a_practice_that_asks_for_more_asks_it_of_everybody() {
        let words = "four plain words here";
        for factors in [PasswordAlone, PasswordAndAnother] {
            assert_eq!(super::check(words, "a@b.example", factors, 21), Ok(()));
            let refused = super::check(words, "a@b.example", factors, 22);
            assert_eq!(refused, Err(PasswordRefused::Length { at_least: 22 }));
        }
    }

    #[test]
    fn a_second_factor_lets_a_password_be_shorter_but_not_more_common() {
        let (email, short) = ("a@b.example", "tin harp oak");
        assert_eq!(check(short, email, PasswordAlone), TOO_SHORT);
        assert_eq!(check(short, email, PasswordAndAnother), Ok(()));
        assert_eq!(
            check("tinharp", email, PasswordAndAnother),
            Err(PasswordRefused::Length { at_least: SHORTEST_BESIDE_ANOTHER })
        );
        for guess in ["password", "Sunshine", "iloveyou", "football99", "qwertyuiop", "trustno1"] {
            assert_eq!(check(guess, email, PasswordAndAnother), Err(PasswordRefused::Common), "{guess}");
        }
    }

    #[test]
    fn what_everybody_would_guess_is_refused() {
        for guess in [
            "Password Password",
            "aaaaaaaaaaaaaaaaaaaa",
            "somebody@clinic.example",
            "1234567890qwerty",
            "sunshinesunshinesunshine",
            "monkeymonkeymonkey7",
            "BasketBall2026 2026",
            "correct horse battery staple",
        ] {
            let checked = check(guess, "Somebody@Clinic.example", PasswordAlone);
            assert_eq!(checked, Err(PasswordRefused::Common), "{guess}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_found_and_nothing_between_them() {
        assert!(COMMON.lines().count() > 15_000);
        assert!(COMMON.lines().all(is_common));
        assert!(COMMON.lines().is_sorted());
        assert!(!COMMON.lines().any(|line| is_common(&format!("{line}\u{1}"))));
        assert!(!is_common("") && !is_common("~~~~~~~~~"));
    }
}
