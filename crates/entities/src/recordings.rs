//! The sound of one session and how far it is through the pipeline.

use sea_orm::entity::prelude::*;
use shared::{
    EncounterId, PracticeId, RecordingId, UserId,
    recordings::{RecordingState, Stage},
};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recordings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordingId,
    pub practice_id: PracticeId,
    pub encounter_id: EncounterId,
    pub state: RecordingState,
    pub stage: Stage,
    pub media_type: String,
    pub size: i64,
    pub duration_ms: Option<i64>,
    pub speech_ms: Option<i64>,
    pub sound_bytes: Option<i64>,
    pub spans: Option<Sealed>,
    pub peaks: Option<Sealed>,
    /// How well it can be heard.
    pub quality: Option<Sealed>,
    /// Whose turn it is when, where each of two people has a channel.
    pub turns: Option<Sealed>,
    /// Where the engine put text that was not said, and which was left out.
    pub left_out: Option<Sealed>,
    pub error: Option<String>,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// When the sound was removed, because its time was over.
    pub sound_removed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
