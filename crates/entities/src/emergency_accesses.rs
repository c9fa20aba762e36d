//! Emergency access of one person to one client's chart.

use sea_orm::entity::prelude::*;
use shared::{ClientId, EmergencyAccessId, PracticeId, UserId, emergencies::Verdict};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "emergency_accesses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EmergencyAccessId,
    pub practice_id: PracticeId,
    pub user_id: UserId,
    pub client_id: ClientId,
    pub reason: Sealed,
    pub begun_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub attestation: Option<Sealed>,
    pub attested_at: Option<DateTimeUtc>,
    pub verdict: Option<Verdict>,
    pub verdict_note: Option<Sealed>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
