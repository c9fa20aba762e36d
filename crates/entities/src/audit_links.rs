//! A link of the chain over a practice's audit trail: which events it binds, and the codes that bind them.

use sea_orm::entity::prelude::*;
use shared::PracticeId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice_id: PracticeId,
    /// From 1, without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub made_at: DateTimeUtc,
    /// How many events this link and all before it bind.
    pub total: i64,
    /// The ids of its events and a code over each row.
    pub entries: Vec<u8>,
    /// The code of the link before.
    pub previous: Vec<u8>,
    /// The code over all of the above.
    pub mac: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
