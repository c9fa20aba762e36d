//! Proof of a permission.

use std::marker::PhantomData;

use shared::{errors::ErrorCode, permissions::Permission};

/// The holder has permission `P`. Only `access` builds one.
#[derive(Debug)]
pub struct Granted<P>(PhantomData<P>);

impl<P> Granted<P> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P> Clone for Granted<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Granted<P> {}

/// Why the actor may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// They lack this permission.
    #[error("the role lacks {}", .0.as_str())]
    Lacks(Permission),
    /// They have it, and nobody with their powers works without a second factor.
    #[error("a second factor has to be shown first")]
    OwesSecondFactor,
}

impl Forbidden {
    /// What it is called outside.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Lacks(_) => ErrorCode::Forbidden,
            Self::OwesSecondFactor => ErrorCode::SecondFactorRequired,
        }
    }
}
