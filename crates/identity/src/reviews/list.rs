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
use crate::{has_second_factor, people, practice, roles};

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
    let mut items = Vec::with_capacity(page.items.len());
    for person in page.items {
        let part = roles::part(tx, person.role, person.own_role.as_ref().map(|own| own.id)).await?;
        let last = store::find_last(tx, person.id).await?;
        let since = last.as_ref().map_or(person.joined_at, |last| last.reviewed_at.max(person.joined_at));
        let due_at = since.checked_add_months(Months::new(months)).unwrap_or(since);
        items.push(AccessReviewView {
            id: person.id,
            name: person.name,
            email: person.email,
            role: person.role,
            own_role: person.own_role,
            opens: opens(part.permissions),
            joined_at: person.joined_at,
            last_used_at: person.last_used_at,
            second_factor: has_second_factor(tx, person.id).await?,
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
