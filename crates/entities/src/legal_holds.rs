//! A legal hold on a client's chart.

use sea_orm::entity::prelude::*;
use shared::{ClientId, LegalHoldId, PracticeId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "legal_holds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LegalHoldId,
    pub practice_id: PracticeId,
    pub client_id: ClientId,
    pub reason: Sealed,
    pub placed_by: UserId,
    pub placed_at: DateTimeUtc,
    pub release_reason: Option<Sealed>,
    pub released_by: Option<UserId>,
    /// Empty while it is in force.
    pub released_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
