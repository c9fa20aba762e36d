//! The rows of invitations.

use access::{AccessError, Lookup, Reading as _, SealedColumn, Tx};
use chrono::TimeDelta;
use entities::{invitations as table, mails};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use shared::{
    InvitationId, MailId,
    page::{Page, PageQuery},
    people::{InvitationView, MailState},
};

use crate::{
    roles::{self, Part},
    store::email_index,
};

const EMAIL: SealedColumn = SealedColumn { table: "invitations", column: "email" };

pub type Row = table::Model;

pub async fn insert(
    tx: &mut Tx,
    id: InvitationId,
    part: &Part,
    email: &str,
    token_hash: [u8; 32],
    mail_id: MailId,
    lifetime: TimeDelta,
) -> Result<(), AccessError> {
    let now = tx.now();
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        role: Set(part.role),
        role_id: Set(part.role_id()),
        email_index: Set(email_index(tx, email)),
        email: Set(tx.seal(EMAIL, id, email)),
        token_hash: Set(token_hash.to_vec()),
        mail_id: Set(mail_id),
        invited_by: Set(tx.actor().user_id()),
        created_at: Set(now),
        expires_at: Set(now + lifetime),
        accepted_at: Set(None),
        revoked_at: Set(None),
    };
    tx.insert::<table::Entity>(row).await
}

/// Neither accepted nor taken back; it may have expired.
pub const fn is_open(row: &Row) -> bool {
    row.accepted_at.is_none() && row.revoked_at.is_none()
}

fn open(tx: &Tx) -> Select<table::Entity> {
    tx.find::<table::Entity>()
        .filter(table::Column::AcceptedAt.is_null())
        .filter(table::Column::RevokedAt.is_null())
}

/// The invitation a link names, whatever practice it is of.
pub async fn find_by_token_id(lookup: &Lookup, id: InvitationId) -> Result<Option<Row>, AccessError> {
    let select = lookup.find_across_practices::<table::Entity>().filter(table::Column::Id.eq(id));
    lookup.first(select).await
}

pub async fn find_open(tx: &Tx, id: InvitationId) -> Result<Option<Row>, AccessError> {
    tx.one(open(tx).filter(table::Column::Id.eq(id))).await
}

pub async fn find_open_view(tx: &Tx, id: InvitationId) -> Result<Option<InvitationView>, AccessError> {
    let rows = find_open(tx, id).await?.into_iter().collect();
    Ok(views(tx, rows).await?.pop())
}

pub async fn open_of(tx: &Tx, email: &str) -> Result<Vec<Row>, AccessError> {
    tx.all(open(tx).filter(table::Column::EmailIndex.eq(email_index(tx, email)))).await
}

pub async fn list(tx: &Tx, query: &PageQuery) -> Result<Page<InvitationView>, AccessError> {
    let mut select = open(tx).order_by_desc(table::Column::Id).limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<InvitationId>().ok()) {
        select = select.filter(table::Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    Ok(Page { items: views(tx, page.items).await?, next_cursor: page.next_cursor })
}

pub fn email(tx: &Tx, row: &Row) -> Result<String, AccessError> {
    tx.open(EMAIL, row.id, &row.email)
}

async fn views(tx: &Tx, rows: Vec<Row>) -> Result<Vec<InvitationView>, AccessError> {
    let ids = rows.iter().map(|row| row.mail_id);
    let mails = tx.all(tx.find::<mails::Entity>().filter(mails::Column::Id.is_in(ids))).await?;
    let state = |id| mails.iter().find(|mail| mail.id == id).map_or(MailState::Failed, |mail| mail.state);
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        views.push(InvitationView {
            id: row.id,
            email: email(tx, &row)?.into(),
            role: row.role,
            own_role: roles::part(tx, row.role, row.role_id).await?.own,
            invited_by: row.invited_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            expired: row.expires_at <= tx.now(),
            mail: state(row.mail_id),
        });
    }
    Ok(views)
}

pub async fn mark_revoked(tx: &mut Tx, id: InvitationId) -> Result<(), AccessError> {
    let row = table::ActiveModel { revoked_at: Set(Some(tx.now())), ..Default::default() };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// Whether it was still open.
pub async fn mark_accepted(tx: &mut Tx, id: InvitationId) -> Result<bool, AccessError> {
    let row = table::ActiveModel { accepted_at: Set(Some(tx.now())), ..Default::default() };
    let update = tx
        .update::<table::Entity>()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::AcceptedAt.is_null())
        .filter(table::Column::RevokedAt.is_null())
        .set(row);
    Ok(tx.execute_update(update).await? == 1)
}
