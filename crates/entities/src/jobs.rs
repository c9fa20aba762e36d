//! A piece of work, its progress, and at once the outbox: a row without `relayed_at` has still to be handed to the queue.

use sea_orm::entity::prelude::*;
use shared::{
    EncounterId, JobId, NoteId, PracticeId, RecordingId, UserId,
    jobs::{JobKind, JobState},
    recordings::Stage,
    templates::NoteFormat,
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub practice_id: PracticeId,
    pub kind: JobKind,
    pub state: JobState,
    pub encounter_id: EncounterId,
    pub recording_id: Option<RecordingId>,
    pub note_id: Option<NoteId>,
    pub template: NoteFormat,
    pub stage: Option<Stage>,
    pub progress: i32,
    pub remaining_ms: Option<i64>,
    pub attempts: i32,
    pub error: Option<String>,
    pub requested_by: UserId,
    pub relayed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
