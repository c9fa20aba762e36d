//! Somebody in an organisation's directory, found by keyed hashes.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, SsoConnectionId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sso_directory_people")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice_id: PracticeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_index: Vec<u8>,
    pub connection_id: SsoConnectionId,
    pub email_index: Vec<u8>,
    pub user_id: Option<UserId>,
    pub active: bool,
    pub is_in: bool,
    pub changed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
