//! Something about a client that was disclosed. Rows are never changed: another one corrects them.

use sea_orm::entity::prelude::*;
use shared::{ClientId, DisclosureId, PracticeId, UserId, disclosures::DisclosurePurpose};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisclosureId,
    pub practice_id: PracticeId,
    pub client_id: ClientId,
    pub disclosed_on: Date,
    pub recipient: Sealed,
    pub address: Option<Sealed>,
    pub what: Sealed,
    pub purpose: DisclosurePurpose,
    pub words: Option<Sealed>,
    pub frequency: Option<Sealed>,
    /// The last day; of a single one `disclosed_on`.
    pub last_on: Date,
    pub suspended_until: Option<Date>,
    pub suspended_words: Option<Sealed>,
    pub corrects: Option<DisclosureId>,
    pub struck: bool,
    pub recorded_by: UserId,
    pub recorded_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
