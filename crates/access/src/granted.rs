//! Proof of a permission.

use std::marker::PhantomData;

use shared::permissions::Permission;

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

/// The actor's role lacks this permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the role lacks {}", .0.as_str())]
pub struct Forbidden(pub Permission);
