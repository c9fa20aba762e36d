//! A key by which another program works for a practice. Of its secret there is only a hash.

use sea_orm::entity::prelude::*;
use shared::{ApiKeyId, PracticeId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    pub practice_id: PracticeId,
    pub name: Sealed,
    pub secret_hash: Vec<u8>,
    /// The words of its permissions, with spaces between them.
    pub permissions: String,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// To the minute.
    pub last_used_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
