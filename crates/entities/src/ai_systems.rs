//! An AI system in use.

use sea_orm::entity::prelude::*;
use shared::{
    AiSystemId, PracticeId,
    governance::{AiPurpose, AiSystemState},
};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ai_systems")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AiSystemId,
    pub practice_id: PracticeId,
    pub key: String,
    pub name: String,
    pub version: String,
    pub vendor: String,
    pub purpose: AiPurpose,
    pub state: AiSystemState,
    pub local: bool,
    pub chosen: bool,
    pub agreement_on: Option<Date>,
    pub agreement_until: Option<Date>,
    pub pinned_version: Option<String>,
    pub monthly_budget_micro_usd: Option<i64>,
    /// Of a system of the practice's own: below which address it answers.
    pub address: Option<String>,
    pub model: Option<String>,
    pub used_for: Option<String>,
    pub service_key: Option<Sealed>,
    pub million_input_tokens_micro_usd: Option<i64>,
    pub million_output_tokens_micro_usd: Option<i64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
