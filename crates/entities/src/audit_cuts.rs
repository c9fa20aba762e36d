//! A cut of a practice's audit trail: what was removed of it because its time was over.

use sea_orm::entity::prelude::*;
use shared::PracticeId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_cuts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice_id: PracticeId,
    /// The last link that goes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// What the event of it names.
    pub id: Uuid,
    pub at: DateTimeUtc,
    /// What was recorded from then on is kept.
    pub kept_from: DateTimeUtc,
    /// The code of the last link that goes.
    pub link: Vec<u8>,
    /// The newest event that goes.
    pub last_event: Uuid,
    /// How many events go.
    pub events: i64,
    /// How many events the links up to this one bind.
    pub total: i64,
    /// The code over all of the above.
    pub mac: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
