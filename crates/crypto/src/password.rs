//! Password hashes: argon2id in bounded memory.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

use crate::random::random;

/// Why a password was neither hashed nor compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many are waiting already. The caller should ask the client to come back later.
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    /// The stored hash is not an argon2id hash within this server's limits.
    #[error("the stored password hash is malformed")]
    Malformed,
    /// The runtime is shutting down.
    #[error("the password was not hashed: the runtime is shutting down")]
    ShuttingDown,
}

/// Hashes and verifies passwords with argon2id (RFC 9106), 19 MiB, 2 passes, 1 lane: OWASP's
/// first choice. Passwords are brought to Unicode NFKC first (NIST SP 800-63B §5.1.1.2).
///
/// At most `permits` are computed at once, each in one of `permits` buffers of 19 MiB that are
/// made when first needed and then kept: allocating them anew each time leaves an allocator
/// holding gigabytes. The buffers are wiped after each use, because their first block alone would
/// make guessing cheap. At most 256 callers wait; the next one is told [`PasswordError::Busy`].
#[derive(Clone)]
pub struct Passwords {
    inner: Arc<Inner>,
}

struct Inner {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    buffers: Mutex<Vec<Vec<Block>>>,
    pepper: Zeroizing<[u8; 32]>,
}

const WAITING_MAX: usize = 256;
const SALT_LEN: usize = 16;
/// A stored hash may have been made with other parameters, but not with ruinous ones.
const MEMORY_KIB_MAX: u32 = 64 * 1024;
const PASSES_MAX: u32 = 8;
const LANES_MAX: u32 = 4;

impl Passwords {
    /// `permits` computations at once, each 19 MiB and a core for about 30 ms. The pepper is a
    /// secret that is not in the database ([`KeyRing::secret`](crate::KeyRing::secret)); hashes
    /// made with one pepper do not verify with another.
    pub fn new(permits: usize, pepper: Zeroizing<[u8; 32]>) -> Self {
        Self {
            inner: Arc::new(Inner {
                permits: Arc::new(Semaphore::new(permits.max(1))),
                waiting: AtomicUsize::new(0),
                buffers: Mutex::default(),
                pepper,
            }),
        }
    }

    /// One permit for each core, but at most four: 76 MiB of buffers, some 130 sign-ins a second.
    pub fn default_permits() -> usize {
        std::thread::available_parallelism().map_or(1, |cores| cores.get().min(4))
    }

    /// A new hash, as a PHC string, under a fresh random salt.
    pub async fn hash(&self, password: Zeroizing<String>) -> Result<String, PasswordError> {
        self.run(move |inner| {
            let salt = random::<SALT_LEN>();
            let output = inner.compute(&password, &salt, Params::DEFAULT, Params::DEFAULT_OUTPUT_LEN)?;
            let hash = PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(Params::DEFAULT).map_err(malformed)?,
                salt: Some(Salt::new(&salt).map_err(malformed)?),
                hash: Some(Output::new(&output).map_err(malformed)?),
            };
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether `password` is the one that was hashed to `stored`. `None`, for an account that
    /// does not exist or has no password, does the same work and is never true, so that the time
    /// taken does not tell which accounts exist.
    pub async fn verify(
        &self,
        password: Zeroizing<String>,
        stored: Option<&str>,
    ) -> Result<bool, PasswordError> {
        let stored = stored.map(PasswordHash::new).transpose().map_err(malformed)?;
        self.run(move |inner| {
            let Some(stored) = stored else {
                inner.compute(&password, &[0; SALT_LEN], Params::DEFAULT, Params::DEFAULT_OUTPUT_LEN)?;
                return Ok(false);
            };
            let (params, salt, expected) = parts(&stored)?;
            let output = inner.compute(&password, salt, params, expected.len())?;
            Ok(output.as_slice().ct_eq(expected.as_bytes()).into())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = {
            let _place = Place::take(&self.inner.waiting).ok_or(PasswordError::Busy)?;
            Arc::clone(&self.inner.permits).acquire_owned().await
        };
        let permit = permit.map_err(|_closed| PasswordError::ShuttingDown)?;
        let inner = Arc::clone(&self.inner);
        // The permit goes along: a caller that gives up does not free it before the work ends.
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&inner)
        });
        task.await.map_err(|_cancelled| PasswordError::ShuttingDown)?
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Passwords").field("permits", &self.inner.permits).finish_non_exhaustive()
    }
}

impl Inner {
    fn compute(
        &self,
        password: &str,
        salt: &[u8],
        params: Params,
        len: usize,
    ) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
        // Room for every expansion that NFKC can make, so that no copy is left by a growing buffer.
        let mut text = Zeroizing::new(String::with_capacity(password.len() * 18));
        text.extend(password.nfkc());
        let mut buffer = self.lock_buffers().pop().unwrap_or_default();
        if buffer.len() < params.block_count() {
            buffer.resize(params.block_count(), Block::new());
        }
        let mut output = Zeroizing::new(vec![0; len]);
        let argon2 =
            Argon2::new_with_secret(self.pepper.as_slice(), Algorithm::Argon2id, Version::V0x13, params)
                .map_err(malformed)?;
        let result =
            argon2.hash_password_into_with_memory(text.as_bytes(), salt, &mut output, buffer.as_mut_slice());
        buffer.iter_mut().for_each(Zeroize::zeroize);
        self.lock_buffers().push(buffer);
        result.map_err(malformed)?;
        Ok(output)
    }

    fn lock_buffers(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        if waiting.fetch_add(1, Ordering::Relaxed) < WAITING_MAX {
            return Some(Self(waiting));
        }
        waiting.fetch_sub(1, Ordering::Relaxed);
        None
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn parts(stored: &PasswordHash) -> Result<(Params, &[u8], Output), PasswordError> {
    let params = Params::try_from(stored).map_err(malformed)?;
    let bounded =
        params.m_cost() <= MEMORY_KIB_MAX && params.t_cost() <= PASSES_MAX && params.p_cost() <= LANES_MAX;
    let is_argon2id =
        stored.algorithm == Algorithm::Argon2id.ident() && stored.version == Some(Version::V0x13.into());
    match (&stored.salt, stored.hash) {
        (Some(salt), Some(hash)) if bounded && is_argon2id => Ok((params, salt, hash)),
        _ => Err(PasswordError::Malformed),
    }
}

fn malformed<E>(_: E) -> PasswordError {
    PasswordError::Malformed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As cheap as argon2 gets, so that a full queue empties at once.
    const CHEAP: &str =
        "$argon2id$v=19$m=16,t=1,p=1$c2FsdHNhbHRzYWx0$3Zkz0C8Jjyyy1bQYGzUZuaYJtGRGQvHcBaSxdJTpYWE";

    #[tokio::test]
    async fn the_queue_is_bounded() {
        let passwords = Passwords::new(1, Zeroizing::new([1; 32]));
        let held = Arc::clone(&passwords.inner.permits).acquire_owned().await.unwrap();
        let ask = || {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.verify(Zeroizing::new("x".to_owned()), Some(CHEAP)).await })
        };
        let tasks: Vec<_> = (0..WAITING_MAX + 44).map(|_| ask()).collect();
        while passwords.inner.waiting.load(Ordering::Relaxed) < WAITING_MAX {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        drop(held);
        let mut busy = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(matches) => assert!(!matches),
                Err(error) => {
                    assert_eq!(error, PasswordError::Busy);
                    busy += 1;
                }
            }
        }
        assert_eq!(busy, 44);
        assert_eq!(passwords.inner.waiting.load(Ordering::Relaxed), 0);
    }
}
