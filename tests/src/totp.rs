//! An authenticator app: RFC 6238 once more, written apart from the server's.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// The code of a secret in base32, `steps` of 30 seconds away from a moment.
pub fn totp(secret: &str, at: DateTime<Utc>, steps: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(&decoded(secret)).expect("any key will do");
    mac.update(&(at.timestamp() / 30 + steps).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let place = usize::from(hash[19] & 15);
    let word: [u8; 4] = hash[place..place + 4].try_into().expect("four bytes");
    format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
}

fn decoded(base32: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for character in base32.chars() {
        let Some(five) = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(character) else { continue };
        bits = bits << 5 | u32::try_from(five).expect("small");
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

#[test]
fn the_app_shows_what_the_rfc_says() {
    let at = DateTime::from_timestamp(1_111_111_109, 0).expect("a time");
    assert_eq!(totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at, 0), "081804");
}
