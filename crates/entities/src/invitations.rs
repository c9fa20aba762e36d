//! An invitation into a practice. Of its token there is only a hash.

use sea_orm::entity::prelude::*;
use shared::{InvitationId, MailId, PracticeId, RoleId, UserId, permissions::Role};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    pub practice_id: PracticeId,
    /// As in `memberships`.
    pub role: Role,
    pub role_id: Option<RoleId>,
    pub email_index: Vec<u8>,
    pub email: Sealed,
    pub token_hash: Vec<u8>,
    pub mail_id: MailId,
    pub invited_by: UserId,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub accepted_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
