//! A person with an account. Sealed under the server's own data key, because a person may belong to several practices.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub email_index: Vec<u8>,
    pub email: Sealed,
    pub name: Sealed,
    pub password_hash: String,
    pub created_at: DateTimeUtc,
    /// Where they signed in last.
    pub last_practice_id: Option<PracticeId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
