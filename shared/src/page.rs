//! Lists: `?limit=&cursor=` in, items and the next cursor out.

use serde::{Deserialize, Serialize};

/// Rows in a page when the caller names no limit.
pub const DEFAULT_LIMIT: u64 = 50;
/// The most rows a page may hold.
pub const MAX_LIMIT: u64 = 200;

/// One page of a list, newest first; stable under concurrent inserts because the cursor is the id
/// of the last row seen and ids sort by time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Give this as `cursor` to go on; `null` at the end.
    pub next_cursor: Option<String>,
}

/// What a caller asks of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct PageQuery {
    /// Rows wanted: 50 by default, 200 at most.
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[serde(deserialize_with = "of_a_row")]
    pub cursor: Option<String>,
}

/// Refuses what is no cursor: passed over, it would begin the list again, for ever.
fn of_a_row<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let cursor = Option::<String>::deserialize(deserializer)?;
    match cursor.as_deref().map(str::parse::<uuid::Uuid>) {
        Some(Err(_)) => Err(serde::de::Error::custom("not a cursor")),
        Some(Ok(_)) | None => Ok(cursor),
    }
}

impl PageQuery {
    /// The number of rows to return: between 1 and [`MAX_LIMIT`].
    pub fn rows(&self) -> u64 {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
    }
}

impl<T> Page<T> {
    /// Builds a page from one row more than was asked for: the extra row says that there is a next page.
    pub fn from_overfull(mut rows: Vec<T>, limit: u64, cursor_of: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(cursor_of) } else { None };
        Self { items: rows, next_cursor }
    }

    /// The same page with each row seen otherwise.
    pub fn map<U>(self, see: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(see).collect(), next_cursor: self.next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_asks_for_more_only_when_there_is_more() {
        let full = Page::from_overfull(vec![1, 2, 3], 2, ToString::to_string);
        assert_eq!(full, Page { items: vec![1, 2], next_cursor: Some("2".into()) });
        assert_eq!(Page::from_overfull(vec![1, 2], 2, ToString::to_string).next_cursor, None);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        assert!(serde_json::from_str::<PageQuery>(r#"{"cursor":"zebra"}"#).is_err());
        assert_eq!(serde_json::from_str::<PageQuery>("{}").expect("read").cursor, None);
    }

    #[test]
    fn a_limit_of_zero_or_a_million_is_brought_into_bounds() {
        assert_eq!(PageQuery { limit: Some(0), cursor: None }.rows(), 1);
        assert_eq!(PageQuery { limit: Some(1_000_000), cursor: None }.rows(), MAX_LIMIT);
    }
}
