//! Something that is worth a second look, and what was decided about it.

use sea_orm::entity::prelude::*;
use shared::{
    ActivityFindingId, PracticeId, UserId,
    activity::{FindingDecision, FindingKind},
};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "activity_findings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityFindingId,
    pub practice_id: PracticeId,
    pub week: Date,
    pub kind: FindingKind,
    pub user_id: UserId,
    /// The client's id: that somebody's own chart is here says who the client is.
    pub client: Option<Sealed>,
    pub times: i32,
    pub first_at: DateTimeUtc,
    pub last_at: DateTimeUtc,
    pub decision: Option<FindingDecision>,
    pub note: Option<Sealed>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
