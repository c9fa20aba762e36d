//! Who is, or was, in which group of an organisation's directory.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, SsoConnectionId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sso_directory_groups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice_id: PracticeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_index: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: String,
    pub connection_id: SsoConnectionId,
    pub name: String,
    pub is_in: bool,
    pub changed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
