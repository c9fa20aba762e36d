//! One encrypted object of a recording's sound; the parts in order are the file.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, RecordingId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recording_parts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub recording_id: RecordingId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i32,
    pub practice_id: PracticeId,
    pub length: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
