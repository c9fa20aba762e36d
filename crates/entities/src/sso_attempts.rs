//! One try to sign in at a provider. Of its state and its browser there are only hashes.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, SsoAttemptId, SsoConnectionId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sso_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SsoAttemptId,
    pub practice_id: PracticeId,
    pub connection_id: SsoConnectionId,
    pub state_hash: Vec<u8>,
    pub browser_hash: Vec<u8>,
    pub kept: Sealed,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
