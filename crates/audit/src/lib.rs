//! The audit trail: what is recorded of every change, every reading of a chart and every refusal
//! (45 CFR 164.312(b)). Ids and codes only; nothing of a chart's content can be put into an event,
//! because an event has no field that would hold it.

use sea_orm::{ActiveValue::Set, EntityTrait, QueryTrait, sea_query::InsertStatement};
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

/// The insertion of events, for the transaction of what they describe.
pub fn insertion(
    clock: &dyn clock::Clock,
    attribution: &Attribution<'_>,
    events: Vec<Event>,
) -> InsertStatement {
    use entities::audit_events::{ActiveModel, Entity};
    let rows = events.into_iter().map(|event| ActiveModel {
        id: Set(clock.new_id().into()),
        practice_id: Set(attribution.practice_id),
        at: Set(clock.now()),
        action: Set(event.action.as_str().to_owned()),
        user_id: Set(attribution.user_id),
        actor: Set(attribution.actor.to_owned()),
        client_id: Set(event.client_id),
        subject: Set(event.action.subject().to_owned()),
        subject_id: Set(event.subject_id),
        outcome: Set(event.refused.map_or("done", ErrorCode::as_str).to_owned()),
        request_id: Set(attribution.request_id.to_owned()),
        detail: Set((!event.named.is_empty()).then(|| event.named.join(","))),
    });
    Entity::insert_many(rows).into_query()
}
