//! A role that a practice has made for itself.

use sea_orm::entity::prelude::*;
use shared::{PracticeId, RoleId, permissions::Role};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleId,
    pub practice_id: PracticeId,
    pub name: Sealed,
    /// The built-in role whose kind of person it is for.
    pub base: Role,
    /// Their words, with commas between them: a number would change its meaning with the list.
    pub permissions: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
