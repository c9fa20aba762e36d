//! A voice in a transcript.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, SpeakerId, TranscriptId, transcripts::SpeakerRole};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "speakers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SpeakerId,
    pub practice_id: PracticeId,
    pub transcript_id: TranscriptId,
    pub ordinal: i32,
    pub label: Sealed,
    pub role: SpeakerRole,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
