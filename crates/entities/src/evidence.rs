//! What is kept of a line that a signed note cites, once its transcript was removed.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, SegmentId, TranscriptId, transcripts::SpeakerRole};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SegmentId,
    pub practice_id: PracticeId,
    pub transcript_id: TranscriptId,
    pub role: SpeakerRole,
    pub start_ms: i64,
    pub end_ms: i64,
    /// The salted fingerprint, and the quotation.
    pub kept: Sealed,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
