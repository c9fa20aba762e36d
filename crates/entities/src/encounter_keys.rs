//! The secret that goes into everything sealed of a session, beside the practice's data key. When it is
//! destroyed, all that stays sealed. No snapshot holds it: see `upkeep::backups`.

use sea_orm::entity::prelude::*;
use shared::{EncounterId, PracticeId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "encounter_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice_id: PracticeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub encounter_id: EncounterId,
    /// 32 bytes.
    pub secret: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
