//! The deletion of a practice. It outlives what it was about.

use sea_orm::entity::prelude::*;
use shared::{DeletionId, PracticeId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "deletions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeletionId,
    pub practice_id: PracticeId,
    pub requested_by: UserId,
    pub requested_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    pub withdrawn_at: Option<DateTimeUtc>,
    pub begun_at: Option<DateTimeUtc>,
    /// How many rows of each table were removed, and how many accounts: JSON.
    pub removed: Option<String>,
    pub finished_at: Option<DateTimeUtc>,
    /// The signed statement (JWS, RFC 7515).
    pub certificate: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
