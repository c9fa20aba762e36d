//! A decision whether somebody keeps their access.

use sea_orm::entity::prelude::*;
use shared::{AccessReviewId, PracticeId, UserId, reviews::Decision};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "access_reviews")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessReviewId,
    pub practice_id: PracticeId,
    pub user_id: UserId,
    pub decision: Decision,
    pub note: Option<Sealed>,
    pub reviewed_by: UserId,
    pub reviewed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
