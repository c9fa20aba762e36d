//! One encrypted object of a recording's sound; the parts in order are the file.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, RecordingId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recording_parts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub recording_id: RecordingId,
    /// Where it begins in the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub start: i64,
    pub practice_id: PracticeId,
    /// Its number among the recording's blobs.
    pub part: i64,
    pub length: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
