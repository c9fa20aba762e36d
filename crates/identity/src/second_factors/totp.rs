//! Codes by time: RFC 6238 with its defaults, which every authenticator app knows (SHA-1, 30 s, 6 digits).

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

/// Seconds that a code lasts.
const STEP: i64 = 30;
const DIGITS: u32 = 6;
/// Steps by which clocks may differ (RFC 6238 §5.2).
const SKEW: i64 = 1;
/// Bytes of a secret: as long as the hash (RFC 4226 §4).
pub(super) const SECRET_BYTES: usize = 20;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an authenticator app needs.
pub struct Totp {
    /// The secret in base32 (RFC 4648 §6), as it is typed in.
    pub secret: String,
    /// The same as an address: `otpauth://totp/…`.
    pub uri: String,
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totp")
    }
}

impl Totp {
    pub(super) fn new(secret: &[u8], account: &str) -> Self {
        let secret = base32(secret);
        let account = escaped(account);
        let uri = format!("otpauth://totp/MindScribe:{account}?secret={secret}&issuer=MindScribe");
        Self { secret, uri }
    }
}

/// The step that a code is of, if it is one of now or next to now, and later than the last one used.
pub(super) fn accepted_step(secret: &[u8], shown: &str, now: DateTime<Utc>, last_step: i64) -> Option<i64> {
    let shown: String = shown.chars().filter(char::is_ascii_digit).collect();
    let now = step_at(now);
    let mut accepted = None;
    for step in now - SKEW..=now + SKEW {
        let right: bool = code(secret, step, DIGITS).as_bytes().ct_eq(shown.as_bytes()).into();
        if right && step > last_step && accepted.is_none() {
            accepted = Some(step);
        }
    }
    accepted
}

fn step_at(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(STEP)
}

/// RFC 4226 §5.3.
fn code(secret: &[u8], step: i64, digits: u32) -> String {
    // A key of HMAC may have any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[hash.len() - 1] & 0xf);
    let number = hash[offset..offset + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    let number = (number & 0x7fff_ffff) % 10_u32.pow(digits);
    format!("{number:0width$}", width = digits as usize)
}

/// RFC 4648 §6, without padding.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for five in bytes.chunks(5) {
        let bits =
            five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - five.len()));
        let characters = (five.len() * 8).div_ceil(5);
        for at in 0..characters {
            text.push(char::from(BASE32[(bits >> (35 - 5 * at) & 31) as usize]));
        }
    }
    text
}

/// Percent-encoded (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of both RFCs.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    #[test]
    fn the_codes_are_those_of_rfc_4226() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (counter, expected) in (0..).zip(expected) {
            assert_eq!(code(SECRET, counter, 6), expected);
        }
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        for (seconds, expected) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code(SECRET, step_at(at(seconds)), 8), expected, "{seconds}");
        }
    }

    #[test]
    fn clocks_may_differ_by_one_step_and_no_code_goes_back() {
        let now = at(1_800_000_000);
        let step = step_at(now);
        for (difference, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let shown = code(SECRET, step + difference, 6);
            assert_eq!(accepted_step(SECRET, &shown, now, -1), accepted.then_some(step + difference));
        }
        let shown = code(SECRET, step, 6);
        assert_eq!(accepted_step(SECRET, &shown, now, step), None);
        assert_eq!(accepted_step(SECRET, &shown, now, step - 1), Some(step));
        assert_eq!(accepted_step(SECRET, &format!(" {} {} ", &shown[..3], &shown[3..]), now, -1), Some(step));
        assert_eq!(accepted_step(SECRET, "", now, -1), None);
    }

    #[test]
    fn a_secret_is_written_as_in_rfc_4648() {
        for (bytes, expected) in [
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), expected);
        }
    }

    #[test]
    fn an_app_is_told_whose_the_codes_are() {
        let totp = Totp::new(SECRET, "ada+x@clinic.example");
        assert_eq!(
            totp.uri,
            "otpauth://totp/MindScribe:ada%2Bx%40clinic.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=MindScribe"
        );
    }
}
