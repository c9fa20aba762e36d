//! The rows of connections, tries, and people who came by one.

use access::{AccessError, Lookup, Reading as _, SealedColumn, Tx};
use chrono::{DateTime, Utc};
use entities::{
    sso_attempts as attempts, sso_connections as table, sso_domains as domains, sso_identities as identities,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect,
};
use shared::{
    PracticeId, SsoAttemptId, SsoConnectionId, UserId,
    page::{Page, PageQuery},
    sso::{GroupRole, SsoConnectionView, SsoSettings},
};
use sso::Kept;

use super::{Connection, Provider, Route};

const SECRET: SealedColumn = SealedColumn { table: "sso_connections", column: "client_secret" };
const KEPT: SealedColumn = SealedColumn { table: "sso_attempts", column: "kept" };

pub type Row = table::Model;

// --- connections

pub async fn find(tx: &Tx, id: SsoConnectionId) -> Result<Option<Row>, AccessError> {
    tx.one(tx.find::<table::Entity>().filter(table::Column::Id.eq(id))).await
}

/// Keeps everybody else from this connection's row until the transaction ends.
pub async fn hold(tx: &Tx, id: SsoConnectionId) -> Result<(), AccessError> {
    let select = tx.find::<table::Entity>().filter(table::Column::Id.eq(id)).lock_exclusive();
    tx.one(select).await.map(drop)
}

pub async fn find_route(lookup: &Lookup, id: SsoConnectionId) -> Result<Option<Route>, AccessError> {
    route(lookup, table::Column::Id.eq(id)).await
}

pub async fn find_organization(lookup: &Lookup, id: &str) -> Result<Option<Route>, AccessError> {
    route(lookup, table::Column::OrganizationId.eq(id)).await
}

async fn route(
    lookup: &Lookup,
    condition: sea_orm::sea_query::SimpleExpr,
) -> Result<Option<Route>, AccessError> {
    let found = lookup.first(lookup.find_across_practices::<table::Entity>().filter(condition)).await?;
    Ok(found.map(|row| Route { connection_id: row.id, practice_id: row.practice_id }))
}

pub async fn find_domain(lookup: &Lookup, domain: &str) -> Result<Option<Route>, AccessError> {
    let select = lookup.find_across_practices::<domains::Entity>().filter(domains::Column::Domain.eq(domain));
    let found = lookup.first(select).await?;
    Ok(found.map(|row| Route { connection_id: row.connection_id, practice_id: row.practice_id }))
}

pub async fn list(tx: &Tx, query: &PageQuery) -> Result<Page<Row>, AccessError> {
    let mut select = tx.find::<table::Entity>().order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<SsoConnectionId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    Ok(Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string()))
}

async fn domains_of(tx: &Tx, id: SsoConnectionId) -> Result<Vec<String>, AccessError> {
    let select = tx
        .find::<domains::Entity>()
        .filter(domains::Column::ConnectionId.eq(id))
        .order_by_asc(domains::Column::Domain);
    Ok(tx.all(select).await?.into_iter().map(|row| row.domain).collect())
}

pub async fn opened(tx: &Tx, row: Row) -> Result<Connection, AccessError> {
    let client_secret =
        row.client_secret.as_ref().map(|sealed| tx.open(SECRET, row.id, sealed)).transpose()?;
    Ok(Connection {
        domains: domains_of(tx, row.id).await?,
        role_mapping: mapping(&row),
        client_secret,
        id: row.id,
        kind: row.kind,
        issuer: row.issuer,
        client_id: row.client_id,
        organization_id: row.organization_id,
        groups_claim: row.groups_claim,
        default_role: row.default_role,
        vouched_by_owner: row.vouched_by_owner,
    })
}

pub async fn view(tx: &Tx, row: Row, base_url: &str) -> Result<SsoConnectionView, AccessError> {
    Ok(SsoConnectionView {
        domains: domains_of(tx, row.id).await?,
        used: is_used(tx, row.id).await?,
        role_mapping: mapping(&row),
        callback: format!("{base_url}/api/v1/auth/sso/callback"),
        sign_in_address: format!("{base_url}/sign-in?organisation={}", row.id),
        id: row.id,
        kind: row.kind,
        name: row.name,
        issuer: row.issuer,
        client_id: row.client_id,
        organization_id: row.organization_id,
        default_role: row.default_role,
        groups_claim: row.groups_claim,
        sso_only: row.sso_only,
        vouched_by_owner: row.vouched_by_owner,
        created_at: row.created_at,
    })
}

/// What was written here is read here; what cannot be gives nobody a role.
fn mapping(row: &Row) -> Vec<GroupRole> {
    serde_json::from_str(&row.role_mapping).unwrap_or_default()
}

/// The columns that settings decide.
fn settled(settings: &SsoSettings, vouched_by_owner: bool) -> table::ActiveModel {
    table::ActiveModel {
        name: Set(settings.name.trim().to_owned()),
        default_role: Set(settings.default_role),
        groups_claim: Set(settings.groups_claim.clone().filter(|claim| !claim.trim().is_empty())),
        role_mapping: Set(serde_json::to_string(&settings.role_mapping).unwrap_or_default()),
        sso_only: Set(settings.sso_only),
        vouched_by_owner: Set(vouched_by_owner),
        ..Default::default()
    }
}

pub async fn insert(
    tx: &mut Tx,
    id: SsoConnectionId,
    settings: &SsoSettings,
    provider: &Provider,
    vouched_by_owner: bool,
) -> Result<(), AccessError> {
    let (issuer, client_id, organization_id) = match provider {
        Provider::OpenId => (
            settings.issuer.clone().unwrap_or_default(),
            settings.client_id.clone().unwrap_or_default(),
            None,
        ),
        Provider::WorkOs { issuer, client_id, organization_id } => {
            (issuer.clone(), client_id.clone(), Some(organization_id.clone()))
        }
    };
    let secret = settings.client_secret.as_ref().filter(|_| organization_id.is_none());
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        kind: Set(settings.kind),
        issuer: Set(issuer),
        client_id: Set(client_id),
        client_secret: Set(secret.map(|secret| tx.seal(SECRET, id, secret.reveal()))),
        organization_id: Set(organization_id),
        created_at: Set(tx.now()),
        ..settled(settings, vouched_by_owner)
    };
    tx.insert::<table::Entity>(row).await
}

pub async fn update(
    tx: &mut Tx,
    row: &Row,
    settings: &SsoSettings,
    vouched_by_owner: bool,
) -> Result<(), AccessError> {
    let is_openid = row.organization_id.is_none();
    let secret = settings.client_secret.as_ref().filter(|_| is_openid);
    let given = |value: &Option<String>| match value {
        Some(value) if is_openid => Set(value.clone()),
        Some(_) | None => NotSet,
    };
    let changed = table::ActiveModel {
        issuer: given(&settings.issuer),
        client_id: given(&settings.client_id),
        client_secret: secret.map_or(NotSet, |secret| Set(Some(tx.seal(SECRET, row.id, secret.reveal())))),
        ..settled(settings, vouched_by_owner)
    };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(row.id)).set(changed);
    tx.execute_update(update).await.map(drop)
}

pub async fn remove(tx: &mut Tx, id: SsoConnectionId) -> Result<(), AccessError> {
    let delete = tx.delete::<table::Entity>().filter(table::Column::Id.eq(id));
    tx.execute_delete(delete).await.map(drop)
}

pub async fn insert_domains(tx: &mut Tx, id: SsoConnectionId, all: &[String]) -> Result<(), AccessError> {
    let mut all: Vec<String> = all.iter().map(|domain| domain.to_lowercase()).collect();
    all.sort_unstable();
    all.dedup();
    let practice_id = tx.practice_id();
    let row = |domain| domains::ActiveModel {
        domain: Set(domain),
        practice_id: Set(practice_id),
        connection_id: Set(id),
    };
    tx.insert_many::<domains::Entity>(all.into_iter().map(row).collect()).await
}

pub async fn remove_domains(tx: &mut Tx, id: SsoConnectionId) -> Result<(), AccessError> {
    let delete = tx.delete::<domains::Entity>().filter(domains::Column::ConnectionId.eq(id));
    tx.execute_delete(delete).await.map(drop)
}

pub async fn is_sso_only(tx: &Tx) -> Result<bool, AccessError> {
    let select = tx.find::<table::Entity>().filter(table::Column::SsoOnly.eq(true)).limit(1);
    Ok(tx.one(select).await?.is_some())
}

/// Whether anybody has come by a connection.
pub async fn is_used(tx: &Tx, id: SsoConnectionId) -> Result<bool, AccessError> {
    let select = tx.find::<identities::Entity>().filter(identities::Column::ConnectionId.eq(id)).limit(1);
    Ok(tx.one(select).await?.is_some())
}

// --- tries

pub struct NewAttemptRow {
    pub id: SsoAttemptId,
    pub connection_id: SsoConnectionId,
    pub state_hash: [u8; 32],
    pub browser_hash: [u8; 32],
    pub expires_at: DateTime<Utc>,
}

pub async fn insert_attempt(tx: &mut Tx, new: NewAttemptRow, kept: &Kept) -> Result<(), AccessError> {
    let row = attempts::ActiveModel {
        id: Set(new.id),
        practice_id: Set(tx.practice_id()),
        connection_id: Set(new.connection_id),
        state_hash: Set(new.state_hash.to_vec()),
        browser_hash: Set(new.browser_hash.to_vec()),
        kept: Set(tx.seal_json(KEPT, new.id, kept)?),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
    };
    tx.insert::<attempts::Entity>(row).await
}

pub fn open_kept(tx: &Tx, row: &attempts::Model) -> Result<Kept, AccessError> {
    tx.open_json(KEPT, row.id, &row.kept)
}

pub async fn find_attempt_practice(
    lookup: &Lookup,
    id: SsoAttemptId,
) -> Result<Option<PracticeId>, AccessError> {
    let select = lookup.find_across_practices::<attempts::Entity>().filter(attempts::Column::Id.eq(id));
    Ok(lookup.first(select).await?.map(|row| row.practice_id))
}

pub async fn find_attempt(tx: &Tx, id: SsoAttemptId) -> Result<Option<attempts::Model>, AccessError> {
    tx.one(tx.find::<attempts::Entity>().filter(attempts::Column::Id.eq(id))).await
}

/// Whether it had not been used before.
pub async fn use_attempt(tx: &mut Tx, id: SsoAttemptId) -> Result<bool, AccessError> {
    let update = tx
        .update::<attempts::Entity>()
        .filter(attempts::Column::Id.eq(id))
        .filter(attempts::Column::UsedAt.is_null())
        .set(attempts::ActiveModel { used_at: Set(Some(tx.now())), ..Default::default() });
    Ok(tx.execute_update(update).await? == 1)
}

pub async fn remove_old_attempts(tx: &mut Tx) -> Result<(), AccessError> {
    let delete = tx.delete::<attempts::Entity>().filter(attempts::Column::ExpiresAt.lt(tx.now()));
    tx.execute_delete(delete).await.map(drop)
}

// --- people who came

pub fn subject_index(tx: &Tx, issuer: &str, subject: &str) -> Vec<u8> {
    tx.data_key().keyed_hash("sso.subject", &[issuer.as_bytes(), subject.as_bytes()]).to_vec()
}

pub async fn find_identity(tx: &Tx, subject_index: &[u8]) -> Result<Option<UserId>, AccessError> {
    let select =
        tx.find::<identities::Entity>().filter(identities::Column::SubjectIndex.eq(subject_index.to_vec()));
    Ok(tx.one(select).await?.map(|row| row.user_id))
}

pub async fn insert_identity(
    tx: &mut Tx,
    subject_index: Vec<u8>,
    connection_id: SsoConnectionId,
    user_id: UserId,
) -> Result<(), AccessError> {
    let row = identities::ActiveModel {
        practice_id: Set(tx.practice_id()),
        subject_index: Set(subject_index),
        connection_id: Set(connection_id),
        user_id: Set(user_id),
        created_at: Set(tx.now()),
    };
    tx.insert::<identities::Entity>(row).await
}
