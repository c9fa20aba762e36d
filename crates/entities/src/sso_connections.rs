//! A practice's connection to whoever vouches for its people.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, SsoConnectionId, permissions::Role, sso::ConnectionKind};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sso_connections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SsoConnectionId,
    pub practice_id: PracticeId,
    pub kind: ConnectionKind,
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<Sealed>,
    pub organization_id: Option<String>,
    pub default_role: Option<Role>,
    pub groups_claim: Option<String>,
    pub role_mapping: String,
    pub sso_only: bool,
    pub vouched_by_owner: bool,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
