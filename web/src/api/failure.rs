//! Everything that can go wrong with a request, in one type and in words for people.

use shared::errors::{ErrorCode, Problem};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server said no, and why.
    Refused(Box<Problem>),
    /// The server answered with something that is not ours (a proxy's error page): its status.
    Unexpected(u16),
    /// No answer came: no network, or no server.
    Unreachable,
    /// The page was left before the answer came.
    Left,
}

impl Failure {
    /// The stable code, if the server gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// Whether the server gave this code.
    pub fn is(&self, code: ErrorCode) -> bool {
        self.code() == Some(code)
    }

    /// Whether trying again later may help without changing anything.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Unexpected(status) => matches!(status, 502..=504),
            Self::Refused(problem) => {
                matches!(problem.code, ErrorCode::Busy | ErrorCode::TooManyRequests)
            }
            Self::Left => false,
        }
    }

    /// Whether the access token has ended, so that a new one may help.
    pub fn wants_new_token(&self) -> bool {
        self.is(ErrorCode::Unauthenticated) || self.is(ErrorCode::SessionExpired)
    }

    /// A sentence to show.
    pub fn sentence(&self) -> String {
        match self {
            Self::Refused(problem) => problem.detail.clone().unwrap_or_else(|| problem.title.clone()),
            Self::Unexpected(status) => format!("The server answered in a way we did not expect ({status})."),
            Self::Unreachable => "The server cannot be reached. Please check the connection.".to_owned(),
            Self::Left => String::new(),
        }
    }

    /// What is wrong with one field of a form.
    pub fn about(&self, field: &str) -> Option<String> {
        let Self::Refused(problem) = self else { return None };
        problem.errors.iter().find(|one| one.field == field).map(|one| one.detail.clone())
    }

    /// What to quote when asking for help.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) if !problem.request_id.is_empty() => Some(&problem.request_id),
            _ => None,
        }
    }
}
