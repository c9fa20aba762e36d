//! A practice: the tenant that every other row belongs to.

use sea_orm::entity::prelude::*;
use shared::PracticeId;

use crate::Sealed;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "practices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PracticeId,
    pub name: Sealed,
    pub jurisdiction: String,
    /// Whether everybody needs a second factor, and not only the powerful.
    pub second_factor_for_all: bool,
    pub created_at: DateTimeUtc,
    /// Counts the changes of its settings.
    pub revision: i32,
    pub time_zone: Option<String>,
    pub locale: Option<String>,
    pub session_hours: i32,
    pub idle_lock_minutes: i32,
    pub password_min_length: i32,
    pub review_months: i32,
    /// The address of whoever answers for privacy.
    pub privacy_contact: Option<Sealed>,
    pub share_new_clients: bool,
    pub recording_days: Option<i32>,
    pub transcript_days: Option<i32>,
    /// From when `recording_days` holds, if it was to wait; until then `recording_days_before` does.
    pub recording_days_from: Option<DateTimeUtc>,
    pub recording_days_before: Option<i32>,
    /// The same of `transcript_days`.
    pub transcript_days_from: Option<DateTimeUtc>,
    pub transcript_days_before: Option<i32>,
    pub transcript_quotations: bool,
    /// For how many years the audit trail is kept.
    pub audit_years: i32,
    /// Since when nothing of it is left but its audit trail, which nobody can connect with a name.
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
