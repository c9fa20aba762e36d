//! What the bytes of one request must add up to (tus extension *checksum*).

use sha2::Digest as _;

/// What the bytes of one request must add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1, which tus asks every server to know: against accidents, not against an adversary.
    Sha1(Vec<u8>),
    /// SHA-256.
    Sha256(Vec<u8>),
}

/// What has arrived, on its way to a sum.
pub(super) enum Sum {
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
}

impl Checksum {
    /// The sum of nothing yet.
    pub(super) fn begin(&self) -> Sum {
        match self {
            Self::Sha1(_) => Sum::Sha1(sha1::Sha1::default()),
            Self::Sha256(_) => Sum::Sha256(sha2::Sha256::default()),
        }
    }

    /// Whether it is what the bytes added up to.
    pub(super) fn is(&self, sum: Sum) -> bool {
        match (self, sum) {
            (Self::Sha1(wanted), Sum::Sha1(sum)) => *wanted == sum.finalize().to_vec(),
            (Self::Sha256(wanted), Sum::Sha256(sum)) => *wanted == sum.finalize().to_vec(),
            _ => false,
        }
    }
}

impl Sum {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(sum) => sum.update(bytes),
            Self::Sha256(sum) => sum.update(bytes),
        }
    }
}
