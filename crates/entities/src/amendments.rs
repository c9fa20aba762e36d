//! A client's request that their record be changed.

use sea_orm::entity::prelude::*;
use shared::{
    AddendumId, AmendmentId, ClientId, NoteId, PracticeId, UserId,
    amendments::{AmendmentGround, AmendmentState},
};

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "amendments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AmendmentId,
    pub practice_id: PracticeId,
    pub client_id: ClientId,
    pub note_id: Option<NoteId>,
    /// What is to be changed.
    pub change: Sealed,
    /// Why.
    pub reason: Sealed,
    pub received_on: Date,
    pub received_by: UserId,
    pub due_on: Date,
    pub extension_reason: Option<Sealed>,
    pub extension_told_on: Option<Date>,
    pub state: AmendmentState,
    pub ground: Option<AmendmentGround>,
    pub told_on: Option<Date>,
    /// What was changed, or what was told with a denial.
    pub answer: Option<Sealed>,
    /// What was added to the note.
    pub addendum_id: Option<AddendumId>,
    pub settled_by: Option<UserId>,
    pub settled_at: Option<DateTimeUtc>,
    pub statement: Option<Sealed>,
    pub statement_on: Option<Date>,
    pub rebuttal: Option<Sealed>,
    pub rebuttal_on: Option<Date>,
    pub others_told: Option<Sealed>,
    pub others_told_on: Option<Date>,
    /// The last reminder that went out for `due_on`; 0 where none did.
    pub reminded: i32,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
