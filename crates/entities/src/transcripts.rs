//! Who said what in one session.

use sea_orm::entity::prelude::*;
use shared::{EncounterId, PracticeId, RecordingId, TranscriptId, transcripts::SpeakerCertainty};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transcripts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TranscriptId,
    pub practice_id: PracticeId,
    pub encounter_id: EncounterId,
    pub recording_id: Option<RecordingId>,
    pub revision: i32,
    pub certainty: SpeakerCertainty,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// When its lines and voices were removed, because their time was over.
    pub removed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
