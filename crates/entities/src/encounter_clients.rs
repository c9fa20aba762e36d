//! Who was in a session; `ordinal` 0 is the one whose chart holds the note.

use sea_orm::entity::prelude::*;
use shared::{ClientId, EncounterId, PracticeId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "encounter_clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub encounter_id: EncounterId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: ClientId,
    pub practice_id: PracticeId,
    pub ordinal: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
