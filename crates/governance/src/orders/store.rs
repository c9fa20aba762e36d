//! Orders in the database.

use std::{collections::BTreeSet, ops::Range};

use access::{AccessError, Fields, Tx};
use chrono::{DateTime, Utc};
use entities::ai_orders::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use shared::{AiOrderId, decisions::AiOrderView};

const TABLE: &str = "ai_orders";

/// What an order is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// All AI.
    Everything,
    /// The rule with this key.
    Rule(String),
}

impl About {
    pub fn rule(&self) -> Option<String> {
        match self {
            Self::Everything => None,
            Self::Rule(key) => Some(key.clone()),
        }
    }

    fn word(&self) -> &str {
        match self {
            Self::Everything => "",
            Self::Rule(key) => key,
        }
    }
}

/// What is in force.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    pub stopped: bool,
    pub set_aside: BTreeSet<String>,
}

/// What is in force, without the reasons.
pub async fn in_force(tx: &Tx) -> Result<InForce, AccessError> {
    let open = tx.find::<Entity>().filter(Column::EndedAt.is_null());
    let mut found = InForce::default();
    for row in tx.all(open).await? {
        if row.about.is_empty() {
            found.stopped = true;
        } else {
            found.set_aside.insert(row.about);
        }
    }
    Ok(found)
}

pub async fn find_in_force(tx: &Tx, about: &About) -> Result<Option<AiOrderView>, AccessError> {
    let open = tx.find::<Entity>().filter(Column::EndedAt.is_null()).filter(Column::About.eq(about.word()));
    tx.one(open).await?.map(|row| view(tx, row)).transpose()
}

/// The newest orders, those in force and those that have ended.
pub async fn list(tx: &Tx) -> Result<Vec<AiOrderView>, AccessError> {
    const MOST: u64 = 200;
    let rows = tx.all(tx.find::<Entity>().order_by_desc(Column::Id).limit(MOST)).await?;
    rows.into_iter().map(|row| view(tx, row)).collect()
}

/// The orders that were in force at some time of a span, the oldest first.
pub async fn list_within(tx: &Tx, span: &Range<DateTime<Utc>>) -> Result<Vec<AiOrderView>, AccessError> {
    let open = Condition::any().add(Column::EndedAt.is_null()).add(Column::EndedAt.gte(span.start));
    let select =
        tx.find::<Entity>().filter(Column::MadeAt.lt(span.end)).filter(open).order_by_asc(Column::Id);
    tx.all(select).await?.into_iter().map(|row| view(tx, row)).collect()
}

pub async fn insert(tx: &mut Tx, about: &About, order: &AiOrderView) -> Result<(), AccessError> {
    let row = ActiveModel {
        id: Set(order.id),
        practice_id: Set(tx.practice_id()),
        about: Set(about.word().to_owned()),
        reason: Set(Fields::of(tx.data_key(), TABLE, order.id).seal("reason", &order.reason)),
        made_by: Set(order.made_by),
        made_at: Set(order.made_at),
        ended_by: Set(None),
        ended_at: Set(None),
    };
    tx.insert::<Entity>(row).await
}

pub async fn end(tx: &mut Tx, id: AiOrderId) -> Result<(), AccessError> {
    let row = ActiveModel {
        ended_by: Set(Some(tx.actor().user_id())),
        ended_at: Set(Some(tx.now())),
        ..Default::default()
    };
    let update = tx.update::<Entity>().filter(Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

fn view(tx: &Tx, row: Model) -> Result<AiOrderView, AccessError> {
    Ok(AiOrderView {
        id: row.id,
        reason: Fields::of(tx.data_key(), TABLE, row.id).open("reason", &row.reason)?,
        rule: (!row.about.is_empty()).then_some(row.about),
        made_by: row.made_by,
        made_at: row.made_at,
        ended_by: row.ended_by,
        ended_at: row.ended_at,
    })
}
