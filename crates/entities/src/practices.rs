//! A practice: the tenant that every other row belongs to.

use sea_orm::entity::prelude::*;
use shared::PracticeId;

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "practices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PracticeId,
    pub name: Sealed,
    pub jurisdiction: String,
    /// Whether everybody needs a second factor, and not only the powerful.
    pub second_factor_for_all: bool,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
