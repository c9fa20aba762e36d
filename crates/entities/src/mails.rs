//! A mail that waits to be sent, or what became of it. Its words are forgotten once it was taken.

use sea_orm::entity::prelude::*;
use shared::{MailId, PracticeId, people::MailState};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mails")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    pub practice_id: PracticeId,
    pub state: MailState,
    pub message: Option<Sealed>,
    pub relayed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
