//! The audit trail: what is recorded of every change, every reading of a chart and every refusal
//! (45 CFR 164.312(b)). Ids and codes only; nothing of a chart's content can be put into an event,
//! because an event has no field that would hold it.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, InsertStatement, Query},
};
use shared::{ClientId, PracticeId, SessionId, UserId, errors::ErrorCode};
use uuid::Uuid;

mod action;

pub use action::Action;
pub use trail::*;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    action: Action,
    /// Each of them is told by an event of their own.
    clients: Vec<ClientId>,
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
            clients: Vec::new(),
            subject_id: Some(subject_id.into()),
            refused: None,
            named: Vec::new(),
        }
    }

    /// Something was done that has no single subject, such as reading a list.
    pub fn general(action: Action) -> Self {
        Self { action, clients: Vec::new(), subject_id: None, refused: None, named: Vec::new() }
    }

    /// Whose chart it was about.
    #[must_use]
    pub fn about(self, client_id: ClientId) -> Self {
        self.about_all([client_id])
    }

    /// Whose charts it was about: a couple's or a group's session is about everybody in it.
    #[must_use]
    pub fn about_all(mut self, clients: impl IntoIterator<Item = ClientId>) -> Self {
        self.clients = clients.into_iter().collect();
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

    /// The event for each client it was about; once, if it was about none.
    fn by_client(&self) -> impl Iterator<Item = (&Self, Option<ClientId>)> {
        let about_none = self.clients.is_empty().then_some(None);
        about_none.into_iter().chain(self.clients.iter().copied().map(Some)).map(move |client| (self, client))
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
    /// From where.
    pub network: Option<&'a str>,
    /// As what, if it was a person.
    pub role: Option<&'a str>,
    /// What for.
    pub purpose: Option<&'a str>,
    /// In which sign-in.
    pub session_id: Option<SessionId>,
}

/// The insertion of events, for the transaction of what they describe, each with its code. An event about a client
/// whose chart is open to its person in an emergency says in which: the database looks that up as it writes.
pub fn insertion(
    clock: &dyn clock::Clock,
    key: &TrailKey,
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
        C::Network,
        C::Role,
        C::Purpose,
        C::SessionId,
        C::EmergencyId,
        C::Mac,
    ]);
    let mut buffer = Vec::with_capacity(512);
    for (event, client_id) in events.iter().flat_map(Event::by_client) {
        let detail = (!event.named.is_empty()).then(|| event.named.join(","));
        let row = Row {
            id: clock.new_id(),
            at: now.timestamp_micros(),
            action: event.action.as_str(),
            user_id: attribution.user_id.map(|id| id.0),
            actor: attribution.actor,
            client_id: client_id.map(|id| id.0),
            subject: event.action.subject(),
            subject_id: event.subject_id,
            outcome: event.refused.map_or("done", ErrorCode::as_str),
            request_id: attribution.request_id,
            detail: detail.as_deref(),
            network: attribution.network,
            role: attribution.role,
            purpose: attribution.purpose,
            session_id: attribution.session_id.map(|id| id.0),
            emergency_id: None,
            mac: None,
        };
        insertion.values_panic([
            Expr::value(row.id),
            Expr::value(attribution.practice_id.0),
            Expr::value(now),
            Expr::value(row.action),
            Expr::value(row.user_id),
            Expr::value(row.actor),
            Expr::value(row.client_id),
            Expr::value(row.subject),
            Expr::value(row.subject_id),
            Expr::value(row.outcome),
            Expr::value(row.request_id),
            Expr::value(row.detail),
            Expr::value(row.network),
            Expr::value(row.role),
            Expr::value(row.purpose),
            Expr::value(row.session_id),
            emergency(attribution, client_id, now),
            Expr::value(key.seal(&row, &mut buffer).to_vec()),
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
