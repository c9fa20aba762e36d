//! An incident with what is kept about people, as it was opened.

use sea_orm::entity::prelude::*;
use shared::{IncidentId, PracticeId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "incidents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IncidentId,
    pub practice_id: PracticeId,
    /// As it was opened, as JSON.
    pub opened: Sealed,
    pub opened_by: UserId,
    pub opened_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
