//! Which events are meant. Each condition has an index, which goes on with the id: that is the order of time, so that the
//! newest are found first whatever is asked for, and a span of time is a span of ids.

use audit::Action;
use entities::audit_events::{Column, Entity};
use sea_orm::{ColumnTrait as _, QueryFilter, Select, sea_query::Expr};
use shared::{AuditEventId, audit::AuditFilter};

use super::{WINDOW, chain::first_id_at};

/// The events of a selection that the filter means.
pub(super) fn narrowed(select: Select<Entity>, filter: &AuditFilter) -> Select<Entity> {
    let id_at = |time| AuditEventId(first_id_at(time));
    // In words of SQL, so that an index of nothing but refusals is known to hold whatever is found.
    let refused = || Expr::cust("outcome <> 'done'");
    let outcome = match filter.outcome.as_deref() {
        None => [None, None],
        Some("done") => [Some(Column::Outcome.eq("done")), None],
        Some("refused") => [Some(refused()), None],
        Some(code) => [Some(refused()), Some(Column::Outcome.eq(code))],
    };
    let conditions = [
        filter.user_id.map(|id| Column::UserId.eq(id)),
        filter.client_id.map(|id| Column::ClientId.eq(id)),
        filter.action.as_deref().map(|word| Column::Action.eq(word)),
        filter.subject.as_deref().map(|word| Column::Action.is_in(actions_on(word))),
        filter.subject_id.map(|id| Column::SubjectId.eq(id)),
        filter.request_id.as_deref().map(|id| Column::RequestId.eq(id)),
        filter.session_id.map(|id| Column::SessionId.eq(id)),
        // An id is made right after the time is read that stands beside it.
        filter.from.map(|from| Column::Id.gte(id_at(from))),
        filter.from.map(|from| Column::At.gte(from)),
        filter.to.map(|to| Column::Id.lt(id_at(to + WINDOW))),
        filter.to.map(|to| Column::At.lt(to)),
    ];
    let all = conditions.into_iter().chain(outcome).flatten();
    all.fold(select, QueryFilter::filter)
}

fn actions_on(subject: &str) -> impl Iterator<Item = &'static str> {
    Action::ALL.iter().filter(move |action| action.subject() == subject).map(|action| action.as_str())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use sea_orm::{DbBackend, EntityTrait as _, QueryOrder as _, QuerySelect as _, QueryTrait as _};
    use shared::{ClientId, UserId};
    use testing::TestDatabase;
    use uuid::Uuid;

    use super::*;

    /// Twenty thousand events of fifty people about two hundred clients.
    async fn fill(bench: &TestDatabase) {
        let practice = bench.practice_id();
        let columns = "id, practice_id, at, action, user_id, actor, client_id, subject, subject_id, outcome, request_id";
        let rest = "'2026-06-01 09:15:00+00:00', 'action_' || (i % 90), {user}, 'person', {client}, 'note', {any}, \
                    CASE i % 100 WHEN 0 THEN 'forbidden' ELSE 'done' END, 'request ' || i";
        let statement = if bench.is_on_server() {
            let numbered = |of: &str| format!("lpad(to_hex(i % {of}), 32, '0')::uuid");
            let rest =
                rest.replace("'2026-06-01 09:15:00+00:00'", "'2026-06-01 09:15:00+00:00'::timestamptz");
            let rest = rest.replace("{user}", &numbered("50")).replace("{client}", &numbered("200"));
            let rest = rest.replace("{any}", "gen_random_uuid()");
            format!(
                "INSERT INTO audit_events ({columns}) SELECT gen_random_uuid(), '{practice}', {rest} \
                 FROM generate_series(1, 20000) i; ANALYZE audit_events"
            )
        } else {
            let numbered = |of: &str| format!("unhex(printf('%032x', i % {of}))");
            let rest = rest.replace("{user}", &numbered("50")).replace("{client}", &numbered("200"));
            let rest = rest.replace("{any}", "randomblob(16)");
            let practice = practice.0.simple();
            format!(
                "INSERT INTO audit_events ({columns}) \
                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
                 SELECT randomblob(16), unhex('{practice}'), {rest} FROM n; ANALYZE"
            )
        };
        bench.tamper(&statement).await;
    }

    #[tokio::test]
    async fn whatever_is_asked_for_has_an_index() {
        testing::everywhere(async |bench| {
            fill(bench).await;
            let backend = if bench.is_on_server() { DbBackend::Postgres } else { DbBackend::Sqlite };
            let some = Some(Uuid::from_u128(7));
            let then = Some(DateTime::<Utc>::UNIX_EPOCH);
            let everything = AuditFilter::default;
            let asked = [
                (AuditFilter { user_id: some.map(UserId), ..everything() }, "user_id"),
                (AuditFilter { client_id: some.map(ClientId), ..everything() }, "client_id"),
                (AuditFilter { action: Some("action_7".to_owned()), ..everything() }, "action"),
                (AuditFilter { subject_id: some, ..everything() }, "subject_id"),
                (AuditFilter { request_id: Some("request 7".to_owned()), ..everything() }, "request_id"),
                (AuditFilter { outcome: Some("refused".to_owned()), ..everything() }, "refused"),
                (AuditFilter { outcome: Some("conflict".to_owned()), ..everything() }, "refused"),
                (AuditFilter { outcome: Some("done".to_owned()), ..everything() }, ""),
                (AuditFilter { subject: Some("note".to_owned()), ..everything() }, ""),
                (AuditFilter { to: then, ..everything() }, ""),
                (everything(), ""),
            ];
            for (filter, index) in asked {
                let page = Entity::find().filter(Column::PracticeId.eq(bench.practice_id()));
                let page = narrowed(page, &filter).order_by_desc(Column::Id).limit(51);
                let plan = bench.plan(&page.build(backend).to_string()).await;
                // The ids are of no year, so that all events are among the others; an empty table is read as it is.
                let whole = if bench.is_on_server() { "Seq Scan on audit_events_others" } else { "SCAN" };
                assert!(!plan.contains(whole), "{filter:?}: {plan}");
                let named = ["others_practice_id_id_idx", index];
                let named = if bench.is_on_server() && index == "refused" { named[0] } else { named[1] };
                assert!(plan.contains(named), "{filter:?}: {plan}");
            }
        })
        .await;
    }
}
