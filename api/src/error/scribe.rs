//! What recordings, jobs and AI systems refuse.

use audio::AudioError;
use shared::errors::ErrorCode;

use super::Refusal;

impl From<scribe::StoreError> for Refusal {
    fn from(error: scribe::StoreError) -> Self {
        match error {
            scribe::StoreError::Full => Self::new(ErrorCode::StorageFull),
            scribe::StoreError::Access(error) => error.into(),
            error @ scribe::StoreError::Blob(_) => Self::failed(error),
        }
    }
}

impl From<scribe::uploads::BeginError> for Refusal {
    fn from(error: scribe::uploads::BeginError) -> Self {
        use scribe::uploads::BeginError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::ConsentMissing => Self::new(ErrorCode::ConsentMissing),
            Error::AlreadySigned => Self::new(ErrorCode::AlreadySigned),
            Error::RecordingExists => Self::new(ErrorCode::RecordingExists),
            Error::TranscriptExists => Self::new(ErrorCode::TranscriptExists),
            Error::OnLegalHold => Self::new(ErrorCode::OnLegalHold),
            Error::Empty => Self::new(ErrorCode::AudioEmpty),
            Error::TooLarge => Self::new(ErrorCode::PayloadTooLarge),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<scribe::uploads::LoadError> for Refusal {
    fn from(error: scribe::uploads::LoadError) -> Self {
        use scribe::uploads::LoadError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Expired => Self::new(ErrorCode::UploadExpired),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<scribe::uploads::AppendError> for Refusal {
    fn from(error: scribe::uploads::AppendError) -> Self {
        use scribe::uploads::AppendError as Error;
        match error {
            Error::Load(error) => error.into(),
            Error::MayNot(error) => error.into(),
            Error::OnLegalHold => Self::new(ErrorCode::OnLegalHold),
            Error::Offset => Self::new(ErrorCode::UploadOffset),
            Error::Length => Self::new(ErrorCode::UploadLength),
            Error::Checksum => Self::new(ErrorCode::UploadChecksum),
            Error::Audio(error) => error.into(),
            Error::Mislabelled => Self::new(ErrorCode::AudioMislabelled),
            Error::KeyTaken => crate::once::too_late(),
            Error::Interrupted => Self::new(ErrorCode::InvalidRequest),
            Error::Store(error) => error.into(),
        }
    }
}

impl From<governance::GatewayError> for Refusal {
    fn from(error: governance::GatewayError) -> Self {
        match error {
            governance::GatewayError::Access(error) => error.into(),
            error => Self::new(error.code()),
        }
    }
}

impl From<governance::systems::RegisterError> for Refusal {
    fn from(error: governance::systems::RegisterError) -> Self {
        use governance::systems::RegisterError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(problems) => Self::invalid(problems),
            Error::Taken => Self::new(ErrorCode::SystemExists),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<AudioError> for Refusal {
    fn from(error: AudioError) -> Self {
        match error {
            AudioError::Empty => Self::new(ErrorCode::AudioEmpty),
            AudioError::NotAudio => Self::new(ErrorCode::AudioNotRecognised),
            AudioError::NoAudioTrack => Self::new(ErrorCode::AudioNoTrack),
            AudioError::UnsupportedCodec(_) => Self::new(ErrorCode::AudioUnsupportedCodec),
            AudioError::Damaged => Self::new(ErrorCode::AudioDamaged),
            AudioError::TooLong { .. } => Self::new(ErrorCode::AudioTooLong),
            error @ (AudioError::Cancelled | AudioError::Source(_)) => Self::failed(error),
        }
    }
}

impl From<scribe::recordings::LoadError> for Refusal {
    fn from(error: scribe::recordings::LoadError) -> Self {
        use scribe::recordings::LoadError as Error;
        match error {
            Error::SoundRemoved => Self::new(ErrorCode::SoundRemoved),
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<scribe::jobs::LoadError> for Refusal {
    fn from(error: scribe::jobs::LoadError) -> Self {
        use scribe::jobs::LoadError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<scribe::jobs::RetryError> for Refusal {
    fn from(error: scribe::jobs::RetryError) -> Self {
        use scribe::jobs::RetryError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::NotRetryable => Self::new(ErrorCode::JobNotRetryable),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<scribe::jobs::CancelError> for Refusal {
    fn from(error: scribe::jobs::CancelError) -> Self {
        use scribe::jobs::CancelError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Ended => Self::new(ErrorCode::Conflict),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<scribe::jobs::RequestDraftError> for Refusal {
    fn from(error: scribe::jobs::RequestDraftError) -> Self {
        use scribe::jobs::RequestDraftError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::NoTranscript => Self::new(ErrorCode::NoTranscript),
            Error::AlreadySigned => Self::new(ErrorCode::AlreadySigned),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<governance::systems::SwitchError> for Refusal {
    fn from(error: governance::systems::SwitchError) -> Self {
        use governance::systems::SwitchError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(fields) => Self::invalid(fields),
            Error::AgreementMissing => Self::new(ErrorCode::AgreementMissing),
            Error::Off => Self::new(ErrorCode::AiSystemOff),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<governance::orders::OrderError> for Refusal {
    fn from(error: governance::orders::OrderError) -> Self {
        use governance::orders::OrderError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(fields) => Self::invalid(fields),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<governance::reports::SpanError> for Refusal {
    fn from(error: governance::reports::SpanError) -> Self {
        use governance::reports::SpanError as Error;
        match error {
            Error::Invalid(fields) => Self::invalid(fields),
            Error::Access(error) => error.into(),
        }
    }
}

impl From<governance::systems::SessionSystemError> for Refusal {
    fn from(error: governance::systems::SessionSystemError) -> Self {
        use governance::systems::SessionSystemError as Error;
        match error {
            Error::NotFound => Self::new(ErrorCode::NotFound),
            Error::Invalid(fields) => Self::invalid(fields),
            Error::Off => Self::new(ErrorCode::AiSystemOff),
            Error::Access(error) => error.into(),
        }
    }
}
