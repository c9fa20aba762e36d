//! A clinical note.

use sea_orm::entity::prelude::*;
use shared::{
    AiCallId, ClientDeletionId, ClientId, EncounterId, NoteId, PracticeId, UserId,
    notes::{NoteKind, NoteStatus},
    templates::NoteFormat,
};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    pub practice_id: PracticeId,
    pub encounter_id: EncounterId,
    pub client_id: ClientId,
    /// Which deletion moved it, signed, from the chart of the client whom the signature names.
    pub moved_by: Option<ClientDeletionId>,
    pub kind: NoteKind,
    pub template: NoteFormat,
    pub status: NoteStatus,
    pub revision: i32,
    pub content: Sealed,
    pub ai_call_id: Option<AiCallId>,
    pub draft_label: Option<String>,
    pub author_id: UserId,
    pub signed_by: Option<UserId>,
    pub signed_at: Option<DateTimeUtc>,
    pub signed_sha256: Option<String>,
    pub signer_name: Option<Sealed>,
    pub co_signed_by: Option<UserId>,
    pub co_signed_at: Option<DateTimeUtc>,
    pub co_signed_sha256: Option<String>,
    pub co_signer_name: Option<Sealed>,
    pub given_back: Option<Sealed>,
    pub dismissals: Option<Sealed>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
