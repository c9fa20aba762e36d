//! The list for whoever keeps it outside: RFC 4180, all people and who is invited.

use access::{AccessError, Granted, Tx, perm};
use chrono::{DateTime, Utc};
use shared::{
    csv::line,
    page::{MAX_LIMIT, PageQuery},
    permissions::{Permission, Role},
    roles::OwnRole,
};

use super::list::list;
use crate::invitations;

const HEAD: [&str; 11] = [
    "kind",
    "name",
    "email",
    "role",
    "opens",
    "since",
    "last_used",
    "second_factor",
    "reviewed",
    "decision",
    "due",
];

/// Everybody, and everybody who is invited, a line each.
///
/// # Errors
/// The database or the keys fail.
pub async fn export(tx: &mut Tx, granted: Granted<perm::ReadPeople>) -> Result<String, AccessError> {
    let mut csv = line(&HEAD);
    let mut query = PageQuery { limit: Some(MAX_LIMIT), cursor: None };
    loop {
        let page = list(tx, granted, &query).await?;
        for one in page.items {
            let last = one.last.as_ref();
            csv.push_str(&line(&[
                "person".to_owned(),
                one.name.into_inner(),
                one.email.into_inner(),
                called(one.role, one.own_role.as_ref()),
                one.opens.iter().map(|it: &Permission| it.as_str()).collect::<Vec<_>>().join(" "),
                day(Some(one.joined_at)),
                day(one.last_used_at),
                if one.second_factor { "yes" } else { "no" }.to_owned(),
                day(last.map(|last| last.reviewed_at)),
                last.map(|last| last.decision.as_str().to_owned()).unwrap_or_default(),
                day(Some(one.due_at)),
            ]));
        }
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    let invited = invitations::list(tx, granted, &PageQuery { limit: Some(MAX_LIMIT), cursor: None }).await?;
    for one in invited.items {
        let kind = if one.expired { "invitation, expired" } else { "invitation" };
        let (email, role) = (one.email.into_inner(), called(one.role, one.own_role.as_ref()));
        let (none, since) = (String::new, day(Some(one.created_at)));
        let fields =
            [kind.to_owned(), none(), email, role, none(), since, none(), none(), none(), none(), none()];
        csv.push_str(&line(&fields));
    }
    Ok(csv)
}

fn called(role: Role, own: Option<&OwnRole>) -> String {
    own.map_or_else(|| role.as_str().to_owned(), |own| own.name.reveal().clone())
}

fn day(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default()
}
