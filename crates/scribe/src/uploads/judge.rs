//! Whether what arrived is a file of sound, and of the kind it says it is.

use std::ops::ControlFlow;

use audio::{AudioError, Format, recognise};
use blobs::{BlobAddress, BlobError};
use crypto::DataKey;
use futures_util::StreamExt;

use super::AppendError;
use crate::{Scribe, Sound};

/// As many of the first bytes as it takes to recognise a file.
pub(super) const HEAD: usize = 16 * 1024;

/// What a file is by its first bytes, if it is what it says.
pub(super) fn recognise_as(head: &[u8], media_type: &str) -> Result<Format, AppendError> {
    let format = recognise(head)?;
    if format.matches_media_type(media_type) { Ok(format) } else { Err(AppendError::Mislabelled) }
}

/// Looks into the whole file: its kind by its content, and whether there is sound in it that can be
/// decoded. What is wrong further on shows when all of it is decoded.
pub(super) async fn judge(
    scribe: &Scribe,
    key: &DataKey,
    parts: Vec<(BlobAddress, u64)>,
    media_type: &str,
) -> Result<String, AppendError> {
    let file = Sound { media_type: String::new(), parts, key: key.clone(), blobs: scribe.blobs.clone() };
    let mut head = Vec::new();
    let mut stream = std::pin::pin!(file.clone().read(0..HEAD as u64));
    while let Some(bytes) = stream.next().await {
        head.extend_from_slice(&bytes?);
    }
    let format = recognise_as(&head, media_type)?;
    let reader = file.blocking();
    let limits = audio::Limits { max_duration_ms: scribe.limits.max_duration_ms };
    let first_sound = move || {
        audio::decode(reader, &limits, &mut |chunk| {
            if chunk.samples.is_empty() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
    };
    match tokio::task::spawn_blocking(first_sound).await {
        Ok(Ok(_) | Err(AudioError::Cancelled)) => Ok(format.media_type().to_owned()),
        Ok(Err(AudioError::Source(error))) => Err(BlobError::from(error).into()),
        Ok(Err(refused)) => Err(refused.into()),
        Err(stopped) => Err(BlobError::Store(stopped.into()).into()),
    }
}
