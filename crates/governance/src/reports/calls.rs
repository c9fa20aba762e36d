//! The ledger of a span of days, call by call.

use std::{collections::HashMap, ops::Range};

use access::{AccessError, Granted, Tx, perm};
use chrono::{DateTime, Utc};
use shared::{AiSystemId, governance::AiCallView};

use super::Within;
use crate::{ledger::store, systems};

/// Rows of a page: about half a megabyte.
const PAGE: u64 = 1_000;

/// Gives the calls of a span page by page, the oldest first, each page in a transaction of its own.
#[derive(Debug)]
pub struct Calls {
    span: Range<DateTime<Utc>>,
    keys: Option<HashMap<AiSystemId, String>>,
    last: Option<AiCallView>,
    over: bool,
}

impl Calls {
    /// Those of a span, of which none was begun at `before` or later: a report does not grow while it is written.
    pub fn of(within: Within, before: DateTime<Utc>) -> Self {
        let moments = within.moments();
        Self { span: moments.start..moments.end.min(before), keys: None, last: None, over: false }
    }

    /// The next page; an empty one is the end.
    ///
    /// # Errors
    /// The database fails.
    pub async fn next(
        &mut self,
        tx: &Tx,
        _granted: Granted<perm::ReadGovernance>,
    ) -> Result<Vec<AiCallView>, AccessError> {
        if self.over {
            return Ok(Vec::new());
        }
        let keys = match self.keys.take() {
            Some(keys) => keys,
            None => systems::store::list(tx).await?.into_iter().map(|it| (it.id, it.key)).collect(),
        };
        let page = store::list_within(tx, &self.span, self.last.as_ref(), PAGE, &keys).await?;
        self.keys = Some(keys);
        self.last = page.last().cloned();
        self.over = (page.len() as u64) < PAGE;
        Ok(page)
    }
}
