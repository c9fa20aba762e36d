//! A resumable upload (tus 1.0.0) on its way to become a recording.

use sea_orm::entity::prelude::*;
use shared::{EncounterId, PracticeId, RecordingId, UploadId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UploadId,
    pub practice_id: PracticeId,
    pub encounter_id: EncounterId,
    pub recording_id: RecordingId,
    pub length: i64,
    pub received: i64,
    pub media_type: String,
    pub filename: Sealed,
    pub expires_at: DateTimeUtc,
    pub open: bool,
    pub completed_at: Option<DateTimeUtc>,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
