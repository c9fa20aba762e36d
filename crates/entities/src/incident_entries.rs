//! A line of an incident's timeline. Nothing changes it.

use sea_orm::entity::prelude::*;
use shared::{IncidentEntryId, IncidentId, PracticeId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "incident_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IncidentEntryId,
    pub practice_id: PracticeId,
    pub incident_id: IncidentId,
    /// Its place in the timeline, from 1.
    pub ordinal: i32,
    /// What it says, as JSON.
    pub content: Sealed,
    pub added_by: UserId,
    pub added_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
