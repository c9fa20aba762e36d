//! What a practice has decided about how long charts are kept.

use sea_orm::entity::prelude::*;
use shared::{ChartRuleId, PracticeId, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chart_rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChartRuleId,
    pub practice_id: PracticeId,
    /// Without them charts stay.
    pub years: Option<i32>,
    pub age_of_majority: Option<i32>,
    pub minor_years: Option<i32>,
    pub saved_by: UserId,
    pub saved_at: DateTimeUtc,
    pub effective_at: DateTimeUtc,
    pub withdrawn_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
