//! A person who receives therapy.

use sea_orm::entity::prelude::*;
use shared::{ClientId, PracticeId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    pub practice_id: PracticeId,
    pub given_name: Sealed,
    pub family_name: Sealed,
    pub date_of_birth: Option<Sealed>,
    pub email: Option<Sealed>,
    pub phone: Option<Sealed>,
    pub pronouns: Option<Sealed>,
    pub external_id: Option<Sealed>,
    pub jurisdiction: String,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
