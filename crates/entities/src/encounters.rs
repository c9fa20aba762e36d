//! One therapy session.

use sea_orm::entity::prelude::*;
use shared::{
    AiSystemId, EncounterId, PracticeId, UserId,
    encounters::{Modality, Setting},
};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "encounters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EncounterId,
    pub practice_id: PracticeId,
    pub modality: Modality,
    pub setting: Setting,
    pub scheduled_start: Option<DateTimeUtc>,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub cpt_code: Option<String>,
    pub participants: Sealed,
    /// By which it is heard; `None` leaves it to the practice.
    pub transcription_system_id: Option<AiSystemId>,
    /// By which its notes are drafted; `None` leaves it to the practice.
    pub drafting_system_id: Option<AiSystemId>,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
