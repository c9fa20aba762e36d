//! The deletion of a client's chart.

use sea_orm::entity::prelude::*;
use shared::{ClientDeletionId, ClientId, PracticeId, UserId, client_deletions::DeletionGround};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client_deletions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientDeletionId,
    pub practice_id: PracticeId,
    pub client_id: ClientId,
    pub ground: DeletionGround,
    /// Gone with the chart.
    pub words: Option<Sealed>,
    /// Gone with the chart.
    pub kept_because: Option<Sealed>,
    pub requested_by: UserId,
    pub requested_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    pub withdrawn_at: Option<DateTimeUtc>,
    /// When a legal hold made an end of it.
    pub held_at: Option<DateTimeUtc>,
    pub begun_at: Option<DateTimeUtc>,
    /// What was there, as JSON, between the two steps.
    pub removed: Option<String>,
    pub finished_at: Option<DateTimeUtc>,
    pub certificate: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
