//! A person's places in all their practices, read before any one practice is chosen.

use access::{AccessError, Lookup, Reading as _};
use entities::{memberships, practices};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{UserId, page::MAX_LIMIT};

/// Where somebody works now, the first joined first.
pub async fn list(
    lookup: &Lookup,
    user_id: UserId,
) -> Result<Vec<(memberships::Model, practices::Model)>, AccessError> {
    let places = lookup
        .find_across_practices::<memberships::Entity>()
        .filter(memberships::Column::UserId.eq(user_id))
        .filter(memberships::Column::DeactivatedAt.is_null())
        .order_by_asc(memberships::Column::Id)
        .limit(MAX_LIMIT);
    let places = lookup.all(places).await?;
    let ids = places.iter().map(|place| place.practice_id);
    let rows = lookup.find_across_practices::<practices::Entity>().filter(practices::Column::Id.is_in(ids));
    let rows = lookup.all(rows).await?;
    let practice = |place: &memberships::Model| rows.iter().find(|row| row.id == place.practice_id).cloned();
    Ok(places.into_iter().filter_map(|place| practice(&place).map(|row| (place, row))).collect())
}
