//! What a practice has ordered about AI: all of it stops, or a rule of a place is set aside.

use sea_orm::entity::prelude::*;
use shared::{AiOrderId, PracticeId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ai_orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AiOrderId,
    pub practice_id: PracticeId,
    /// The key of the rule; empty: all AI.
    pub about: String,
    pub reason: Sealed,
    pub made_by: UserId,
    pub made_at: DateTimeUtc,
    pub ended_by: Option<UserId>,
    /// Empty while it is in force.
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
