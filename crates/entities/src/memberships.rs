//! A person's place in a practice.

use sea_orm::entity::prelude::*;
use shared::{MembershipId, PracticeId, RoleId, UserId, permissions::Role};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    pub practice_id: PracticeId,
    pub user_id: UserId,
    /// Their role, or the one that `role_id` is based on.
    pub role: Role,
    /// A role of the practice's own, whose permissions count then.
    pub role_id: Option<RoleId>,
    pub created_at: DateTimeUtc,
    pub deactivated_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
