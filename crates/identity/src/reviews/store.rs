//! The rows of decisions about people's access.

use std::collections::HashMap;

use access::{AccessError, SealedColumn, Tx};
use entities::access_reviews as table;
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder};
use shared::{
    AccessReviewId, UserId,
    reviews::{Review, ReviewView},
};

const NOTE: SealedColumn = SealedColumn { table: "access_reviews", column: "note" };

pub async fn insert(tx: &mut Tx, user_id: UserId, review: &Review) -> Result<(), AccessError> {
    let id: AccessReviewId = tx.new_id();
    let note = review.note.as_ref().map(|note| tx.seal(NOTE, id, note.reveal().trim()));
    let row = table::ActiveModel {
        id: Set(id),
        practice_id: Set(tx.practice_id()),
        user_id: Set(user_id),
        decision: Set(review.decision),
        note: Set(note),
        reviewed_by: Set(tx.actor().user_id()),
        reviewed_at: Set(tx.now()),
    };
    tx.insert::<table::Entity>(row).await
}

/// The last decision about each of these people. There are a few a year about somebody.
pub async fn list_last(tx: &Tx, ids: &[UserId]) -> Result<HashMap<UserId, ReviewView>, AccessError> {
    let select = tx
        .find::<table::Entity>()
        .filter(table::Column::UserId.is_in(ids.iter().copied()))
        .order_by_asc(table::Column::ReviewedAt)
        .order_by_asc(table::Column::Id);
    let last: HashMap<_, _> = tx.all(select).await?.into_iter().map(|row| (row.user_id, row)).collect();
    let view = |row: table::Model| {
        let note = row.note.as_ref().map(|note| tx.open(NOTE, row.id, note)).transpose()?;
        Ok::<_, AccessError>(ReviewView {
            decision: row.decision,
            note: note.map(Into::into),
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at,
        })
    };
    last.into_iter().map(|(id, row)| Ok((id, view(row)?))).collect()
}
