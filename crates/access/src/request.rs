//! The request or job that something is done in.

use std::fmt;

/// The request or job that something is done in, as the audit trail tells it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Its id; a job's begins with `job:`.
    pub id: String,
    /// The network that it came from, if it came from somewhere. Personal data of whoever asked: not for logs.
    pub network: Option<String>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("id", &self.id).finish_non_exhaustive()
    }
}

impl From<String> for Request {
    fn from(id: String) -> Self {
        Self { id, network: None }
    }
}

impl From<&str> for Request {
    fn from(id: &str) -> Self {
        id.to_owned().into()
    }
}

impl From<&Self> for Request {
    fn from(request: &Self) -> Self {
        request.clone()
    }
}
