//! Why a file cannot be turned into sound; each variant is a fact the uploader can be told.

/// A refusal. The meaning of a variant is stable: error codes are mapped from it.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The bytes are in none of the formats this crate knows.
    #[error("the file is not a recording in a known format")]
    NotAudio,
    /// A known container, but it holds no sound (a video without a sound track, say).
    #[error("the file has no audio track")]
    NoAudioTrack,
    /// There is an audio track in a coding that cannot be decoded; its name where known.
    #[error("the audio coding is not supported: {0}")]
    UnsupportedCodec(String),
    /// The format was recognised, but not one second of it could be decoded: the file is damaged, or
    /// cut before the index that tells where the sound is.
    #[error("nothing in the file could be decoded")]
    Damaged,
    /// There is more sound than the limit allows.
    #[error("the recording is longer than {limit_ms} ms")]
    TooLong {
        /// The limit that was passed, in milliseconds.
        limit_ms: u64,
    },
    /// The sink asked to stop.
    #[error("decoding was stopped by the caller")]
    Cancelled,
    /// The bytes could not be read; says nothing about the recording.
    #[error("the recording could not be read")]
    Source(#[source] std::io::Error),
}
