//! What a client agreed to.

use sea_orm::entity::prelude::*;
use shared::{
    ClientId, ConsentId, PracticeId, UserId,
    consents::{ConsentKind, ConsentMethod},
};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    pub practice_id: PracticeId,
    pub client_id: ClientId,
    pub kind: ConsentKind,
    pub text_version: String,
    pub method: ConsentMethod,
    pub participants: Sealed,
    pub granted_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub recorded_by: UserId,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
