//! Begins an upload. No byte is taken before a client has agreed to be recorded.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use clinical::{consents, encounters, legal_holds, transcripts};
use shared::{EncounterId, Phi};

use super::{LIFETIME, Upload, store};
use crate::{Limits, recordings};

/// What is going to be uploaded.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Of which session.
    pub encounter_id: EncounterId,
    /// How many bytes.
    pub length: Length,
    /// The kind of file it says it is; may be empty.
    pub media_type: String,
    /// Its name, which may be about a person and so is sealed.
    pub filename: Phi<String>,
}

/// How many bytes an upload is going to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// So many.
    Known(u64),
    /// That shows at the end of the one body it comes in.
    OfBody,
    /// That is said later: the session is still being recorded.
    Open,
}

/// Why an upload was not begun, or may not go on.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// A client has not agreed, or no longer agrees, to be recorded.
    #[error("there is no live consent to record")]
    ConsentMissing,
    /// A note of the session is signed.
    #[error("a note of the session is signed")]
    AlreadySigned,
    /// The session has a recording that has not failed.
    #[error("the session has a recording")]
    RecordingExists,
    /// The session has a transcript, which a recording would not replace.
    #[error("the session has a transcript")]
    TranscriptExists,
    /// It would replace one that failed, and the session is on legal hold.
    #[error("the session is on legal hold")]
    OnLegalHold,
    /// There is nothing to upload.
    #[error("the file is empty")]
    Empty,
    /// It is larger than this server takes.
    #[error("the file is too large")]
    TooLarge,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl BeginError {
    /// Whether waiting or asking somebody cannot help: the session has what it can have.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::RecordingExists | Self::TranscriptExists)
    }
}

/// Begins an upload.
///
/// # Errors
/// [`BeginError`]
pub async fn begin(
    tx: &mut Tx,
    _granted: Granted<perm::WriteRecordings>,
    limits: Limits,
    new: NewUpload,
) -> Result<Upload, BeginError> {
    let chart = may_record(tx, new.encounter_id).await?;
    let length = match new.length {
        Length::Known(length) => length,
        Length::OfBody | Length::Open => limits.max_file_size,
    };
    if length == 0 {
        return Err(BeginError::Empty);
    }
    if length > limits.max_file_size {
        return Err(BeginError::TooLarge);
    }
    let upload = Upload {
        id: tx.new_id(),
        encounter_id: new.encounter_id,
        recording_id: tx.new_id(),
        length,
        open: new.length == Length::Open,
        received: 0,
        media_type: new.media_type,
        expires_at: tx.now() + LIFETIME,
        complete: false,
    };
    store::insert(tx, &upload, &new.filename).await?;
    tx.record(Event::of(Action::UploadBegun, upload.id).about(chart));
    Ok(upload)
}

/// Whether sound of this session may be taken now; says whose chart it is.
pub(super) async fn may_record(tx: &Tx, encounter_id: EncounterId) -> Result<shared::ClientId, BeginError> {
    use consents::RecordingConsentError;
    let chart = encounters::chart_of(tx, encounter_id).await?.ok_or(BeginError::NotFound)?;
    if encounters::locked(tx, encounter_id).await? {
        return Err(BeginError::AlreadySigned);
    }
    match consents::require_live_recording(tx, encounter_id).await {
        Ok(()) => {}
        Err(RecordingConsentError::NotFound) => return Err(BeginError::NotFound),
        Err(RecordingConsentError::Missing) => return Err(BeginError::ConsentMissing),
        Err(RecordingConsentError::Access(error)) => return Err(error.into()),
    }
    is_free(tx, encounter_id).await?;
    Ok(chart)
}

/// Whether the session has room for a recording.
pub(super) async fn is_free(tx: &Tx, encounter_id: EncounterId) -> Result<(), BeginError> {
    if recordings::store::exists(tx, encounter_id).await? {
        return Err(BeginError::RecordingExists);
    }
    if transcripts::exists(tx, encounter_id).await? {
        return Err(BeginError::TranscriptExists);
    }
    let replaces = recordings::store::find_failed(tx, encounter_id).await?.is_some();
    if replaces && legal_holds::is_held(tx, encounter_id).await? {
        return Err(BeginError::OnLegalHold);
    }
    Ok(())
}
