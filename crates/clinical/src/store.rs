//! Lists that go by a day.

use access::{AccessError, Tx};
use entities::InPractice;
use sea_orm::{
    ColumnTrait, Condition, ModelTrait as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select, Value,
};
use shared::page::{Page, PageQuery};
use uuid::Uuid;

/// A page of a list that goes by a day and then by id; the cursor names the last row seen, and that row its day.
pub async fn page_by_day<E: InPractice>(
    tx: &Tx,
    select: Select<E>,
    (day, id): (E::Column, E::Column),
    order: Order,
    query: &PageQuery,
) -> Result<Page<E::Model>, AccessError> {
    let newest_first = order == Order::Desc;
    let mut select = select.order_by(day, order.clone()).order_by(id, order).limit(query.rows() + 1);
    let last = query.cursor.as_deref().and_then(|cursor| cursor.parse::<Uuid>().ok());
    let last = match last {
        Some(last) => tx.one(tx.find::<E>().filter(id.eq(last))).await?,
        None => None,
    };
    if let Some(last) = last {
        let (at, last) = (last.get(day), last.get(id));
        let same_day = Condition::all().add(day.eq(at.clone()));
        select = select.filter(if newest_first {
            Condition::any().add(day.lt(at)).add(same_day.add(id.lt(last)))
        } else {
            Condition::any().add(day.gt(at)).add(same_day.add(id.gt(last)))
        });
    }
    Ok(Page::from_overfull(tx.all(select).await?, query.rows(), |row| match row.get(id) {
        Value::Uuid(Some(id)) => id.to_string(),
        other => other.to_string(),
    }))
}
