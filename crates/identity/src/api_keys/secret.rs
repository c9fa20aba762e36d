//! What a key looks like: `msk_`, then 104 hexadecimal digits: its id, 256 random bits, and a checksum, by
//! which programs that look for leaked secrets tell one from chance, and a mistyped one costs no look-up.

use crypto::Zeroizing;
use shared::ApiKeyId;

const MARK: &str = "msk_";
const ID: usize = 32;
const CHECKSUM: usize = 8;
const ALL: usize = MARK.len() + ID + 64 + CHECKSUM;

/// A new secret.
pub fn new(id: ApiKeyId) -> Zeroizing<String> {
    let random = hex::encode(crypto::random_bytes::<32>().as_slice());
    let body = format!("{MARK}{}{random}", id.0.simple());
    let checksum = checksum(&body);
    Zeroizing::new(body + &checksum)
}

/// Whether this is meant as a key, and not as another token.
pub fn looks_like_a_key(token: &str) -> bool {
    token.starts_with(MARK)
}

/// Which key a secret is of, if it is written as one.
pub fn id_of(secret: &str) -> Option<ApiKeyId> {
    if secret.len() != ALL || !secret.is_ascii() {
        return None;
    }
    let (body, shown) = secret.split_at(ALL - CHECKSUM);
    let id = body.strip_prefix(MARK)?.get(..ID)?;
    if checksum(body) != shown || id.contains(char::is_uppercase) {
        return None;
    }
    uuid::Uuid::try_parse(id).ok().map(ApiKeyId)
}

fn checksum(body: &str) -> String {
    hex::encode(&crypto::token_hash(body)[..CHECKSUM / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_names_its_key_and_a_mistyped_one_names_none() {
        let id = ApiKeyId(uuid::Uuid::from_u128(0x0198_a5a5_0000_7000_8000_0000_0000_0001));
        let secret = new(id);
        assert_eq!(secret.len(), 108);
        assert_eq!(id_of(&secret), Some(id));
        assert_ne!(*new(id), *secret);
        for place in [3, 4, 40, 107] {
            let mut wrong = secret.as_bytes().to_vec();
            wrong[place] = if wrong[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(id_of(std::str::from_utf8(&wrong).expect("ASCII")), None, "{place}");
        }
        for wrong in ["", "msk_", &secret[..107], &format!("{}0", *secret), &"ä".repeat(54)] {
            assert_eq!(id_of(wrong), None, "{wrong}");
        }
    }
}
