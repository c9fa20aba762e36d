//! What was added to a signed note.

use sea_orm::entity::prelude::*;
use shared::{AddendumId, NoteId, PracticeId, UserId};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "addenda")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AddendumId,
    pub practice_id: PracticeId,
    pub note_id: NoteId,
    pub text: Sealed,
    pub author_id: UserId,
    pub author_name: Sealed,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
