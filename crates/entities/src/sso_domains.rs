//! An e-mail domain whose people come by a connection.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, SsoConnectionId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sso_domains")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain: String,
    pub practice_id: PracticeId,
    pub connection_id: SsoConnectionId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
