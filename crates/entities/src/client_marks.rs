//! By what a client is found: keyed hashes of their names' beginnings, their e-mail and their external id.

use sea_orm::entity::prelude::*;
use shared::{ClientId, PracticeId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client_marks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice_id: PracticeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mark: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: ClientId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
