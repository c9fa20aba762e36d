//! Recovery codes: `h4kp-27wq-mz9d`, 60 random bits.

use access::Database;
use shared::UserId;

/// How many are given out at once.
pub(super) const HOW_MANY: usize = 10;
const CHARACTERS: usize = 12;
/// Without those that look like others.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A new code.
pub(super) fn new_code() -> String {
    let bytes = crypto::random_bytes::<CHARACTERS>();
    let characters: Vec<char> =
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    characters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// What is kept of a code: a keyed hash, so that the database alone does not give it away. A plain hash
/// of 60 bits could be searched (SP 800-63B-4 §3.1.2.2).
pub(super) fn hash(database: &Database, user_id: UserId, code: &str) -> Vec<u8> {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    database.root().blind_index("recovery_codes.code", &format!("{user_id}|{plain}")).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_can_be_read_aloud_and_are_not_alike() {
        let codes: Vec<String> = (0..100).map(|_| new_code()).collect();
        assert!(codes.iter().all(|code| code.len() == 14 && code.split('-').all(|part| part.len() == 4)));
        assert!(!codes.iter().any(|code| code.contains(['l', 'o', '0', '1'])));
        let different: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(different.len(), 100);
    }
}
