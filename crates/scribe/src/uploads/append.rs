//! Takes the bytes of an upload, as they come, in constant memory.

use access::{AccessError, Actor, Granted, IdempotencyKey, perm};
use audio::AudioError;
use blobs::BlobError;
use bytes::Bytes;
use futures_util::Stream;
use shared::UploadId;

use super::{BeginError, Checksum, LoadError, Upload, begin::may_record, intake::Intake, remove::give_up};
use crate::{Limits, Scribe, StoreError};

/// Why bytes were not taken. What was stored before stays, unless the file was refused.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// There is no upload to go on with.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Sound of this session may not be taken.
    #[error(transparent)]
    MayNot(#[from] BeginError),
    /// The session is on legal hold: what has arrived stays.
    #[error("the session is on legal hold")]
    OnLegalHold,
    /// The upload continues at another place.
    #[error("the upload continues at another place")]
    Offset,
    /// More bytes than announced.
    #[error("more bytes than announced")]
    Length,
    /// The bytes do not have the checksum they came with; none of them were kept.
    #[error("the bytes arrived changed")]
    Checksum,
    /// It is not a sound file, or not one of this kind. The upload is given up.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// It is another kind of file than it says. The upload is given up.
    #[error("the file is of another kind than it says")]
    Mislabelled,
    /// Another request with the same key was faster.
    #[error("another request with the same key was faster")]
    KeyTaken,
    /// The client went away; what it had sent is stored.
    #[error("the connection ended")]
    Interrupted,
    /// The database or the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessError> for AppendError {
    fn from(error: AccessError) -> Self {
        Self::Store(error.into())
    }
}

impl From<BlobError> for AppendError {
    fn from(error: BlobError) -> Self {
        Self::Store(error.into())
    }
}

/// Where a file ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Where it was announced when the upload began, if it was.
    Announced,
    /// Where the body of this request ends.
    WithBody,
    /// At so many bytes, which is known only now.
    At(u64),
}

/// What one request brings.
pub struct Arriving<'a> {
    /// Of which upload.
    pub id: UploadId,
    /// Where its bytes belong.
    pub offset: u64,
    /// What they must add up to.
    pub checksum: Option<Checksum>,
    /// Where the file ends.
    pub end: End,
    /// Under which key, if any, the recording is remembered when these bytes complete it. Asked for when
    /// all of them have been seen.
    pub key: &'a dyn Fn() -> Option<IdempotencyKey>,
}

/// Takes the bytes of one request. Returns how far the upload is; when that is all of it, it has become
/// a recording.
///
/// # Errors
/// [`AppendError`]
pub async fn append<E>(
    scribe: &Scribe,
    actor: Actor,
    granted: Granted<perm::WriteRecordings>,
    arriving: Arriving<'_>,
    body: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Upload, AppendError> {
    let mut tx = scribe.database.begin(actor.clone()).await?;
    let checked = async {
        let mut upload = super::load(&mut tx, granted, arriving.id).await?;
        if upload.complete || upload.received != arriving.offset {
            return Err(AppendError::Offset);
        }
        if let End::At(length) = arriving.end {
            upload.length = upload.ending_at(length, scribe.limits)?;
        }
        let may = may_record(&tx, upload.encounter_id).await;
        let key = tx.session_key(upload.encounter_id).await?;
        Ok::<_, AppendError>((upload, may, key))
    }
    .await;
    tx.end().await?;
    let (upload, may, key) = checked?;
    if let Err(refused) = may {
        if refused.is_final() {
            give_up(scribe, actor, &upload).await?;
        }
        return Err(refused.into());
    }
    let mut intake = Intake::new(scribe, actor, key, upload, arriving);
    let settled = match intake.take(body).await {
        Ok(()) => intake.settle().await,
        // What was sent is kept, so that the client goes on from there; under a checksum nobody knows
        // whether it arrived as it was sent.
        Err(AppendError::Interrupted) if !intake.has_checksum() => match intake.settle().await {
            Ok(()) if !intake.upload.complete => Err(AppendError::Interrupted),
            settled => settled,
        },
        Err(other) => Err(other),
    };
    let Err(refused) = settled else { return Ok(intake.upload) };
    intake.drop_unlisted().await;
    if refused.is_final() {
        let Intake { scribe, actor, upload, .. } = intake;
        give_up(scribe, actor, &upload).await?;
    }
    Err(refused)
}

impl Upload {
    /// The length that was said after the upload had begun.
    fn ending_at(&self, length: u64, limits: Limits) -> Result<u64, AppendError> {
        if length > limits.max_file_size {
            return Err(BeginError::TooLarge.into());
        }
        let fits = if self.open { length >= self.received } else { length == self.length };
        if fits { Ok(length) } else { Err(AppendError::Length) }
    }
}

impl AppendError {
    /// Whether no further request could complete the upload.
    fn is_final(&self) -> bool {
        match self {
            Self::Audio(_) | Self::Mislabelled => true,
            Self::MayNot(refused) => refused.is_final(),
            Self::Load(_)
            | Self::OnLegalHold
            | Self::Offset
            | Self::Length
            | Self::Checksum
            | Self::KeyTaken
            | Self::Interrupted
            | Self::Store(_) => false,
        }
    }
}
