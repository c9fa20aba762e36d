//! The ledger: one row per call to an AI system, made or refused.

use sea_orm::entity::prelude::*;
use shared::{
    AiCallId, AiSystemId, EncounterId, JobId, PracticeId, UserId,
    governance::{AiCallOutcome, AiData, AiPurpose},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ai_calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AiCallId,
    pub practice_id: PracticeId,
    pub system_id: AiSystemId,
    pub purpose: AiPurpose,
    pub encounter_id: Option<EncounterId>,
    pub job_id: Option<JobId>,
    pub user_id: Option<UserId>,
    pub data: AiData,
    pub outcome: AiCallOutcome,
    pub reasons: String,
    pub version: String,
    /// By which rules it was decided.
    pub rules: String,
    pub input_hash: Vec<u8>,
    pub output_hash: Option<Vec<u8>>,
    pub started_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    /// What the sound is called at the service that it was brought to.
    pub remote_sound: Option<String>,
    /// What the work is called there.
    pub remote_id: Option<String>,
    /// When both were removed there.
    pub remote_removed_at: Option<DateTimeUtc>,
    pub sound_ms: Option<i64>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    pub cost_micro_usd: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
