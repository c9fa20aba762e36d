//! A line of a transcript.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, SegmentId, SpeakerId, TranscriptId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SegmentId,
    pub practice_id: PracticeId,
    pub transcript_id: TranscriptId,
    pub speaker_id: Option<SpeakerId>,
    pub ordinal: i32,
    pub start_ms: i64,
    pub end_ms: i64,
    pub text: Sealed,
    pub confidence: Option<f32>,
    pub edited: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
