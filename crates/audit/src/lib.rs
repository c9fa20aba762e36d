//! The audit trail: what is recorded of every change, every reading of a chart and every refusal
//! (45 CFR 164.312(b)). Ids and codes only; nothing of a chart's content can be put into an event,
//! because an event has no field that would hold it.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, InsertStatement, Query},
};
use shared::{ClientId, PracticeId, UserId, errors::ErrorCode};
use uuid::Uuid;

mod action;

pub use action::Action;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    action: Action,
    client_id: Option<ClientId>,
    subject_id: Option<Uuid>,
    refused: Option<ErrorCode>,
    /// Words of our own source: nothing that a person has typed has this lifetime.
    named: Vec<&'static str>,
}

impl Event {
    /// Something was done to, or read of, one thing.
    pub fn of(action: Action, subject_id: impl Into<Uuid>) -> Self {
        Self {
            action,
            client_id: None,
            subject_id: Some(subject_id.into()),
            refused: None,
            named: Vec::new(),
        }
    }

    /// Something was done that has no single subject, such as reading a list.
    pub fn general(action: Action) -> Self {
        Self { action, client_id: None, subject_id: None, refused: None, named: Vec::new() }
    }

    /// Whose chart it was about.
    #[must_use]
    pub fn about(mut self, client_id: ClientId) -> Self {
        self.client_id = Some(client_id);
        self
    }

    /// It was not done, for this reason.
    #[must_use]
    pub fn refused(mut self, code: ErrorCode) -> Self {
        self.refused = Some(code);
        self
    }

    /// What of it was changed: names of settings, never what they hold.
    #[must_use]
    pub fn naming(mut self, names: Vec<&'static str>) -> Self {
        self.named = names;
        self
    }

    /// What happened.
    pub fn action(&self) -> Action {
        self.action
    }
}

/// Who did it, and in which request.
#[derive(Debug, Clone)]
pub struct Attribution<'a> {
    /// The practice whose trail this is.
    pub practice_id: PracticeId,
    /// The person, if it was one.
    pub user_id: Option<UserId>,
    /// `person`, or the name of the system actor.
    pub actor: &'a str,
    /// The request or job that did it.
    pub request_id: &'a str,
}

/// The insertion of events, for the transaction of what they describe. An event about a client whose chart is
/// open to its person in an emergency says in which: the database looks that up as it writes.
pub fn insertion(
    clock: &dyn clock::Clock,
    attribution: &Attribution<'_>,
    events: Vec<Event>,
) -> InsertStatement {
    use entities::audit_events::{Column as C, Entity};
    let now = clock.now();
    let mut insertion = Query::insert();
    insertion.into_table(Entity).columns([
        C::Id,
        C::PracticeId,
        C::At,
        C::Action,
        C::UserId,
        C::Actor,
        C::ClientId,
        C::Subject,
        C::SubjectId,
        C::Outcome,
        C::RequestId,
        C::Detail,
        C::EmergencyId,
    ]);
    for event in events {
        let detail = (!event.named.is_empty()).then(|| event.named.join(","));
        insertion.values_panic([
            Expr::value(clock.new_id()),
            Expr::value(attribution.practice_id.0),
            Expr::value(now),
            Expr::value(event.action.as_str()),
            Expr::value(attribution.user_id.map(|id| id.0)),
            Expr::value(attribution.actor),
            Expr::value(event.client_id.map(|id| id.0)),
            Expr::value(event.action.subject()),
            Expr::value(event.subject_id),
            Expr::value(event.refused.map_or("done", ErrorCode::as_str)),
            Expr::value(attribution.request_id),
            Expr::value(detail),
            emergency(attribution, event.client_id, now),
        ]);
    }
    insertion
}

/// The emergency access of the person to the client, if one goes on.
fn emergency(attribution: &Attribution<'_>, client_id: Option<ClientId>, now: DateTime<Utc>) -> Expr {
    use entities::emergency_accesses::{Column as C, Entity};
    let Some((user_id, client_id)) = attribution.user_id.zip(client_id) else {
        return Expr::value(None::<Uuid>);
    };
    let select = Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::PracticeId.eq(attribution.practice_id))
        .filter(C::UserId.eq(user_id))
        .filter(C::ClientId.eq(client_id))
        .filter(C::EndedAt.is_null())
        .filter(C::ExpiresAt.gt(now))
        .limit(1)
        .into_query();
    Expr::SubQuery(None, Box::new(select.into()))
}
