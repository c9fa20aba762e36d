//! Who has what, and who is due to be looked at.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::Months;
use shared::{
    page::{Page, PageQuery},
    permissions::{Permission, Permissions},
    reviews::AccessReviewView,
};

use super::store;
use crate::{people, practice, roles, second_factors::who_has_second_factor};

/// What opens more than the calendar.
const OPENS: [Permission; 9] = [
    Permission::ReadConsents,
    Permission::ReadCodes,
    Permission::ReadRecordings,
    Permission::ReadTranscripts,
    Permission::ReadNotes,
    Permission::WriteGovernance,
    Permission::ReadAudit,
    Permission::WritePeople,
    Permission::WritePractice,
];

/// A page of the people who may sign in, who came last first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list(
    tx: &mut Tx,
    _granted: Granted<perm::ReadPeople>,
    query: &PageQuery,
) -> Result<Page<AccessReviewView>, AccessError> {
    let months = practice::store::find(tx).await?.map_or(6, |practice| practice.review_months.unsigned_abs());
    let page = people::store::list(tx, query, people::store::Who::Active).await?;
    let ids: Vec<_> = page.items.iter().map(|person| person.id).collect();
    let own = roles::list_permissions(tx).await?;
    let with_second_factor = who_has_second_factor(tx, &ids).await?;
    let mut decisions = store::list_last(tx, &ids).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for person in page.items {
        let permissions = match &person.own_role {
            Some(role) => own.get(&role.id).copied().unwrap_or(Permissions::NONE),
            None => person.role.permissions(),
        };
        let last = decisions.remove(&person.id);
        let since = last.as_ref().map_or(person.joined_at, |last| last.reviewed_at.max(person.joined_at));
        let due_at = since.checked_add_months(Months::new(months)).unwrap_or(since);
        items.push(AccessReviewView {
            id: person.id,
            name: person.name,
            email: person.email,
            role: person.role,
            own_role: person.own_role,
            opens: opens(permissions),
            joined_at: person.joined_at,
            last_used_at: person.last_used_at,
            second_factor: with_second_factor.contains(&person.id),
            last,
            due: due_at <= tx.now(),
            due_at,
        });
    }
    tx.record(Event::general(Action::AccessReviewsListed));
    Ok(Page { items, next_cursor: page.next_cursor })
}

fn opens(permissions: Permissions) -> Vec<Permission> {
    OPENS.into_iter().filter(|one| permissions.contains(*one)).collect()
}
