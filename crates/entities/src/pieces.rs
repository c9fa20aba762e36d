//! A stretch of speech of at most 30 s, and what the speech engine heard in it.

use sea_orm::entity::prelude::*;
use shared::{AiCallId, PracticeId, RecordingId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pieces")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub recording_id: RecordingId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i32,
    pub practice_id: PracticeId,
    pub start_ms: i64,
    pub end_ms: i64,
    pub heard: Option<Sealed>,
    pub ai_call_id: Option<AiCallId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
