//! One event of the audit trail. Nothing in it is about the content of a chart.

use sea_orm::entity::prelude::*;
use shared::{AuditEventId, ClientId, EmergencyAccessId, PracticeId, SessionId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    pub practice_id: PracticeId,
    pub at: DateTimeUtc,
    pub action: String,
    pub user_id: Option<UserId>,
    pub actor: String,
    pub client_id: Option<ClientId>,
    pub subject: String,
    pub subject_id: Option<Uuid>,
    pub outcome: String,
    pub request_id: String,
    pub detail: Option<String>,
    /// The emergency access that was open to this client when this was done.
    pub emergency_id: Option<EmergencyAccessId>,
    /// From where: the network alone, as sign-ins show it.
    pub network: Option<String>,
    /// As what, if it was a person: their role then, or what it was based on.
    pub role: Option<String>,
    /// What for, where the software knows it.
    pub purpose: Option<String>,
    /// In which sign-in.
    pub session_id: Option<SessionId>,
    /// A keyed code over all that was written, but for the emergency. Rows from before there were codes have none.
    pub mac: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
