//! Practices that are opened by their provider alone.

use access::Tx;
use shared::{UserId, permissions::Role};

use super::store;
use crate::{ResolveError, people};

/// Somebody whom no provider has to send. Signing in by what is one's own takes one of these, so that no such way
/// forgets to look.
#[derive(Debug, Clone, Copy)]
pub struct Admitted(UserId);

impl Admitted {
    /// Who.
    pub fn user_id(self) -> UserId {
        self.0
    }
}

/// Whether somebody may come by what is their own. Where the practice wants its provider alone, only owners may: theirs
/// is the way back in when the provider is gone, and like every owner they show a second factor.
///
/// # Errors
/// [`ResolveError::ProviderRequired`]; the database fails.
pub async fn admit(tx: &Tx, user_id: UserId) -> Result<Admitted, ResolveError> {
    if store::is_sso_only(tx).await? {
        let member = people::store::find(tx, user_id).await?;
        member.filter(|member| member.role == Role::Owner).ok_or(ResolveError::ProviderRequired)?;
    }
    Ok(Admitted(user_id))
}
