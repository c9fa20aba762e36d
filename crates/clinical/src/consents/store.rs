//! Consents in the database.

use std::collections::HashSet;

use access::{AccessError, Fields, Tx};
use chrono::{DateTime, Utc};
use entities::consents::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{
    ClientId, ConsentId,
    consents::{ConsentKind, ConsentMethod, ConsentView, Standing},
    page::{Page, PageQuery},
};

const TABLE: &str = "consents";

pub async fn insert(tx: &mut Tx, consent: &ConsentView) -> Result<(), AccessError> {
    let fields = Fields::of(&tx.client_key(consent.client_id).await?, TABLE, consent.id);
    let row = ActiveModel {
        id: Set(consent.id),
        practice_id: Set(tx.practice_id()),
        client_id: Set(consent.client_id),
        kind: Set(consent.kind),
        text_version: Set(consent.text_version.clone()),
        method: Set(consent.method),
        participants: Set(fields.seal_json("participants", &consent.participants)?),
        granted_at: Set(consent.granted_at),
        revoked_at: Set(None),
        recorded_by: Set(tx.actor().user_id()),
        created_at: Set(tx.now()),
    };
    tx.insert::<Entity>(row).await
}

pub async fn revoke(tx: &mut Tx, id: ConsentId, at: DateTime<Utc>) -> Result<(), AccessError> {
    let update = tx
        .update::<Entity>()
        .filter(Column::Id.eq(id))
        .set(ActiveModel { revoked_at: Set(Some(at)), ..Default::default() });
    tx.execute_update(update).await.map(drop)
}

pub async fn find(tx: &Tx, id: ConsentId) -> Result<Option<ConsentView>, AccessError> {
    let row = tx.one(tx.find::<Entity>().filter(Column::Id.eq(id))).await?;
    Ok(opened(tx, row.into_iter().collect()).await?.pop())
}

/// A consent, which nobody else changes until the transaction ends.
pub async fn find_and_hold(tx: &Tx, id: ConsentId) -> Result<Option<ConsentView>, AccessError> {
    let row = tx.one(tx.find::<Entity>().filter(Column::Id.eq(id)).lock_exclusive()).await?;
    Ok(opened(tx, row.into_iter().collect()).await?.pop())
}

pub async fn list(tx: &Tx, client_id: ClientId, query: &PageQuery) -> Result<Page<ConsentView>, AccessError> {
    let mut select = tx
        .find::<Entity>()
        .filter(Column::ClientId.eq(client_id))
        .order_by_desc(Column::Id)
        .limit(query.rows() + 1);
    if let Some(last) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<ConsentId>().ok()) {
        select = select.filter(Column::Id.lt(last));
    }
    let page = Page::from_overfull(tx.all(select).await?, query.rows(), |row| row.id.to_string());
    Ok(Page { items: opened(tx, page.items).await?, next_cursor: page.next_cursor })
}

/// Which of these clients have a consent of this kind that holds now.
pub async fn live_among(
    tx: &Tx,
    clients: &[ClientId],
    kind: ConsentKind,
) -> Result<HashSet<ClientId>, AccessError> {
    let select = tx
        .find::<Entity>()
        .filter(Column::ClientId.is_in(clients.iter().copied()))
        .filter(Column::Kind.eq(kind))
        .filter(Column::GrantedAt.lte(tx.now()))
        .filter(Column::RevokedAt.is_null());
    Ok(tx.all(select).await?.into_iter().map(|row| row.client_id).collect())
}

/// How far one consent of a client goes now.
pub struct Given {
    pub client_id: ClientId,
    pub kind: ConsentKind,
    pub standing: Standing,
}

/// Every consent of these clients that was given by now.
pub async fn given_among(tx: &Tx, clients: &[ClientId]) -> Result<Vec<Given>, AccessError> {
    let given = |row: Model| Given {
        client_id: row.client_id,
        kind: row.kind,
        standing: match (row.revoked_at, row.method) {
            (Some(_), _) => Standing::TakenBack,
            (None, ConsentMethod::Verbal) => Standing::Aloud,
            (None, ConsentMethod::Written | ConsentMethod::Electronic) => Standing::InWriting,
        },
    };
    let select = tx
        .find::<Entity>()
        .filter(Column::ClientId.is_in(clients.iter().copied()))
        .filter(Column::GrantedAt.lte(tx.now()));
    Ok(tx.all(select).await?.into_iter().map(given).collect())
}

async fn opened(tx: &Tx, rows: Vec<Model>) -> Result<Vec<ConsentView>, AccessError> {
    let keys = tx.client_keys(rows.iter().map(|row| row.client_id).collect()).await?;
    let view = |row: Model| {
        let fields = Fields::of(keys.of(row.client_id)?, TABLE, row.id);
        Ok(ConsentView {
            id: row.id,
            client_id: row.client_id,
            kind: row.kind,
            text_version: row.text_version,
            method: row.method,
            participants: fields.open_json("participants", &row.participants)?,
            granted_at: row.granted_at,
            revoked_at: row.revoked_at,
        })
    };
    rows.into_iter().map(view).collect()
}
