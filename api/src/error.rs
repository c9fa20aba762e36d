//! How refusals leave: RFC 9457 problems. One arm per refusal of the domain, no wildcard.

use std::fmt;

use access::{AccessError, Forbidden};
use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use shared::errors::{ErrorCode, FieldProblem, Problem};

use crate::middleware::current_request_id;

mod clinical;
mod incidents;
mod people;
mod requests;
mod retention;
mod scribe;
mod sign_in;
mod sso;

/// Why a request was not done.
#[derive(Debug)]
pub struct Refusal(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Refused {
        code: ErrorCode,
        detail: Option<String>,
        errors: Vec<FieldProblem>,
        headers: Vec<(HeaderName, HeaderValue)>,
    },
    Failed(anyhow::Error),
}

impl Refusal {
    /// A refusal by its code.
    pub fn new(code: ErrorCode) -> Self {
        Self(Box::new(Kind::Refused { code, detail: None, errors: Vec::new(), headers: Vec::new() }))
    }

    /// Fields that need another look.
    pub fn invalid(problems: Vec<FieldProblem>) -> Self {
        Self(Box::new(Kind::Refused {
            code: ErrorCode::Validation,
            detail: None,
            errors: problems,
            headers: Vec::new(),
        }))
    }

    /// Our own failure. Its chain is logged once, where it is answered; the caller sees a request id.
    pub fn failed(error: impl Into<anyhow::Error>) -> Self {
        Self(Box::new(Kind::Failed(error.into())))
    }

    /// Adds a sentence that is safe to show.
    #[must_use]
    pub fn because(mut self, sentence: impl Into<String>) -> Self {
        if let Kind::Refused { detail, .. } = self.0.as_mut() {
            *detail = Some(sentence.into());
        }
        self
    }

    /// Says when to come back, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Adds a header that belongs to the refusal.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Kind::Refused { headers, .. } = self.0.as_mut() {
            headers.push((name, value));
        }
        self
    }

    /// The code, unless the failure is ours.
    pub fn code(&self) -> Option<ErrorCode> {
        match self.0.as_ref() {
            Kind::Refused { code, .. } => Some(*code),
            Kind::Failed(_) => None,
        }
    }

    fn answered_code(&self) -> ErrorCode {
        self.code().unwrap_or(ErrorCode::Internal)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.answered_code().as_str())
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.answered_code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut problem = Problem::new(self.answered_code(), current_request_id());
        let mut response = HttpResponse::build(self.status_code());
        match self.0.as_ref() {
            Kind::Refused { detail, errors, headers, .. } => {
                problem.detail.clone_from(detail);
                problem.errors.clone_from(errors);
                for header in headers {
                    response.insert_header(header.clone());
                }
            }
            Kind::Failed(error) => {
                tracing::error!(error = format!("{error:#}"), "the request failed on our side");
            }
        }
        response.content_type("application/problem+json");
        response.json(problem)
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        if error.is_full() { Self::new(ErrorCode::StorageFull) } else { Self::failed(error) }
    }
}

impl From<Forbidden> for Refusal {
    fn from(forbidden: Forbidden) -> Self {
        Self::new(forbidden.code())
    }
}

impl From<crypto::PasswordError> for Refusal {
    fn from(error: crypto::PasswordError) -> Self {
        match error {
            crypto::PasswordError::Busy => Self::new(ErrorCode::Busy).retry_after(5),
            error @ (crypto::PasswordError::Malformed | crypto::PasswordError::ShuttingDown) => {
                Self::failed(error)
            }
        }
    }
}

impl From<identity::RegisterError> for Refusal {
    fn from(error: identity::RegisterError) -> Self {
        use identity::RegisterError;
        match error {
            RegisterError::Invalid(problems) => Self::invalid(problems),
            RegisterError::Password(refused) => refused.into(),
            RegisterError::EmailTaken => Self::new(ErrorCode::EmailTaken),
            RegisterError::SecondPractice => Self::new(ErrorCode::SecondPracticeRefused),
            RegisterError::Access(error) => error.into(),
        }
    }
}

impl From<identity::ResolveError> for Refusal {
    fn from(error: identity::ResolveError) -> Self {
        match error {
            identity::ResolveError::NotSignedIn => Self::new(ErrorCode::Unauthenticated),
            identity::ResolveError::Locked => Self::new(ErrorCode::Locked),
            identity::ResolveError::Expired => Self::new(ErrorCode::SessionExpired),
            identity::ResolveError::ProviderRequired => Self::new(ErrorCode::SsoRequired),
            identity::ResolveError::Access(error) => error.into(),
        }
    }
}

impl From<identity::RefreshError> for Refusal {
    fn from(error: identity::RefreshError) -> Self {
        match error {
            identity::RefreshError::Unknown | identity::RefreshError::Ended => {
                Self::new(ErrorCode::SessionExpired)
            }
            identity::RefreshError::Reused => Self::new(ErrorCode::RefreshReused),
            identity::RefreshError::Access(error) => error.into(),
        }
    }
}

impl From<identity::TokenRefused> for Refusal {
    fn from(_: identity::TokenRefused) -> Self {
        Self::new(ErrorCode::Unauthenticated)
    }
}
