//! Streams of any length in authenticated chunks that can be opened in any order.
//!
//! The STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, "Online
//! Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015): chunk `n` is
//! sealed under the nonce `prefix (7) ‖ n (4) ‖ last (1)`, so that a chunk dropped, doubled,
//! swapped or cut off at the end does not open. Each stream has its own random key, wrapped in its
//! header under a key derived from the data key and the object's id; the header and the stream's
//! address are bound to every chunk.
//!
//! Stored form: header (74 bytes), then chunks of `chunk_len` bytes of ciphertext and a tag of
//! 16, the last one shorter or equal. An empty stream is one empty chunk.

mod header;
mod layout;
mod open;
mod seal;

use aead_stream::StreamBE32;
use aes_gcm::Aes256Gcm;
use uuid::Uuid;

pub use layout::StreamLayout;
pub use open::StreamOpener;
pub use seal::{SealError, StreamSealer};

/// Which stream of its owner this is. The owner is that of the data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamAddress {
    /// The object that the stream belongs to.
    pub object: Uuid,
    /// Which part of the object.
    pub part: u32,
}

type Chunks = StreamBE32<Aes256Gcm>;
