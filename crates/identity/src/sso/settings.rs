//! Making, changing and removing a connection: each asks for a second factor shown a moment ago.

use access::{AccessError, Forbidden, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    SsoConnectionId,
    errors::{Checks, FieldProblem},
    permissions::{Permission, Role},
    sso::{ConnectionKind, SsoSettings},
};

use super::store;
use crate::{StepUpError, fresh, people};

/// The most domains, and the most roles by group, of a connection.
const MOST: usize = 100;

/// What the provider itself has told about the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// Nothing: OpenID Connect goes by what the settings say.
    OpenId,
    /// WorkOS: who vouches, as what this server is known, and which organisation the operator has given
    /// to this practice.
    WorkOs {
        /// Who vouches.
        issuer: String,
        /// What WorkOS calls this server.
        client_id: String,
        /// Which organisation.
        organization_id: String,
    },
}

/// Why a connection was not made, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The practice has no such connection.
    #[error("the practice has no such connection")]
    NotFound,
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// A domain leads to another connection, here or elsewhere.
    #[error("a domain is taken")]
    DomainTaken,
    /// Passwords are switched off once somebody has come in without one.
    #[error("nobody has come this way yet")]
    Untried,
    /// Whoever says who comes in as what may give every role but owner.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A second factor has to be shown first.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// What can be said of settings without looking at anything else.
///
/// # Errors
/// [`SettingsError::Invalid`].
pub fn check(settings: &SsoSettings) -> Result<(), SettingsError> {
    let mut checks = Checks::new();
    checks.text("name", &settings.name, 100);
    if settings.kind == ConnectionKind::OpenId {
        let issuer = settings.issuer.as_deref().unwrap_or_default();
        checks.text("issuer", issuer, 500);
        if !(issuer.starts_with("https://") || issuer.starts_with("http://")) || issuer.contains(['?', '#']) {
            checks.refuse("issuer", "invalid", "The issuer is an address that begins with https://.");
        }
        checks.text("client_id", settings.client_id.as_deref().unwrap_or_default(), 500);
        let secret = settings.client_secret.as_ref().map(|it| it.reveal().as_str());
        checks.optional_text("client_secret", secret.unwrap_or_default(), 1000);
    }
    if settings.domains.is_empty() || settings.domains.len() > MOST {
        checks.refuse("domains", "required", "Give the domains of your people's e-mails.");
    }
    if !settings.domains.iter().all(|domain| is_domain(domain)) {
        checks.refuse("domains", "invalid", "A domain is written as practice.example.");
    }
    checks.optional_text("groups_claim", settings.groups_claim.as_deref().unwrap_or_default(), 100);
    if settings.role_mapping.len() > MOST {
        checks.refuse("role_mapping", "too_long", "At most 100 groups.");
    }
    for mapped in &settings.role_mapping {
        checks.text("role_mapping", &mapped.group, 200);
    }
    let mut roles = settings.role_mapping.iter().map(|it| it.role).chain(settings.default_role);
    if roles.any(|role| role == Role::Owner) {
        checks.refuse("role_mapping", "invalid", "No provider makes an owner.");
    }
    checks.done().map_err(SettingsError::Invalid)
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

/// Makes a connection.
///
/// # Errors
/// [`SettingsError`].
pub async fn add(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    settings: &SsoSettings,
    provider: &Provider,
) -> Result<SsoConnectionId, SettingsError> {
    check(settings)?;
    may_decide(tx)?;
    let _shown = fresh(tx).await?;
    if settings.sso_only {
        return Err(SettingsError::Untried);
    }
    let id: SsoConnectionId = tx.new_id();
    store::insert(tx, id, settings, provider, vouched(tx)).await.map_err(taken)?;
    store::insert_domains(tx, id, &settings.domains).await.map_err(taken)?;
    tx.record(Event::of(Action::SsoConnectionAdded, id));
    Ok(id)
}

/// Changes a connection to what the settings say; its kind stays.
///
/// # Errors
/// [`SettingsError`].
pub async fn change(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: SsoConnectionId,
    settings: &SsoSettings,
) -> Result<(), SettingsError> {
    let row = store::find(tx, id).await?.ok_or(SettingsError::NotFound)?;
    let settings = SsoSettings { kind: row.kind, ..settings.clone() };
    check(&settings)?;
    may_decide(tx)?;
    let _shown = fresh(tx).await?;
    if settings.sso_only && !store::is_used(tx, id).await? {
        return Err(SettingsError::Untried);
    }
    store::update(tx, &row, &settings, vouched(tx)).await?;
    store::remove_domains(tx, id).await?;
    store::insert_domains(tx, id, &settings.domains).await.map_err(taken)?;
    tx.record(Event::of(Action::SsoConnectionEdited, id));
    Ok(())
}

/// Removes a connection. Whoever came by it stays in the practice, and needs another way in.
///
/// # Errors
/// [`SettingsError`].
pub async fn remove(
    tx: &mut Tx,
    _granted: Granted<perm::WritePeople>,
    id: SsoConnectionId,
) -> Result<(), SettingsError> {
    store::find(tx, id).await?.ok_or(SettingsError::NotFound)?;
    may_decide(tx)?;
    let _shown = fresh(tx).await?;
    store::remove(tx, id).await?;
    tx.record(Event::of(Action::SsoConnectionRemoved, id));
    Ok(())
}

/// A connection opens the practice to whomever its provider names: who makes one could come in as anybody
/// whose role they may not give.
fn may_decide(tx: &Tx) -> Result<(), Forbidden> {
    let acting = people::acting_powers(tx);
    let mut others = Role::ALL.iter().filter(|role| **role != Role::Owner);
    let may = others.all(|role| acting.may_give((*role).into()));
    if may { Ok(()) } else { Err(Forbidden::Lacks(Permission::WritePeople)) }
}

fn vouched(tx: &Tx) -> bool {
    people::acting_powers(tx).role == Role::Owner
}

fn taken(error: AccessError) -> SettingsError {
    if error.is_taken() { SettingsError::DomainTaken } else { error.into() }
}
