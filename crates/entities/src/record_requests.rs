//! A request for a client's records.

use sea_orm::entity::prelude::*;
use shared::{
    ClientId, PracticeId, RecordRequestId, UserId,
    record_requests::{Asker, DenialGround, RecordForm, RecordRequestState},
};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordRequestId,
    pub practice_id: PracticeId,
    pub client_id: ClientId,
    pub asker: Asker,
    pub asker_words: Option<Sealed>,
    pub received_on: Date,
    pub received_by: UserId,
    pub form: RecordForm,
    pub from_on: Option<Date>,
    pub to_on: Option<Date>,
    pub due_on: Date,
    pub extension_reason: Option<Sealed>,
    pub extension_told_on: Option<Date>,
    pub state: RecordRequestState,
    pub ground: Option<DenialGround>,
    pub told_on: Option<Date>,
    /// What was told with a denial, or how it was handed over.
    pub answer: Option<Sealed>,
    pub settled_by: Option<UserId>,
    pub settled_at: Option<DateTimeUtc>,
    /// The last reminder that went out for `due_on`; 0 where none did.
    pub reminded: i32,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
