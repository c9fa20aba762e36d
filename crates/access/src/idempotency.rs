//! `Idempotency-Key`: a POST sent twice makes one thing. Keys are honoured for 24 hours.

use chrono::TimeDelta;
use entities::idempotency_keys::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{AccessError, Tx};

/// How long a key is honoured.
const HONOURED: TimeDelta = TimeDelta::hours(24);

/// The key a caller gave, with what it was given for. Only hashes are kept: a key may be anything.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key_hash: [u8; 32],
    request_hash: [u8; 32],
}

impl IdempotencyKey {
    /// A key for one operation with one body.
    pub fn new(key: &str, operation: &str, body: &[u8]) -> Self {
        let mut request = operation.as_bytes().to_vec();
        request.push(0);
        request.extend_from_slice(body);
        Self {
            key_hash: Sha256::digest(key.as_bytes()).into(),
            request_hash: Sha256::digest(&request).into(),
        }
    }
}

/// What an earlier request with the same key made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier(pub Uuid);

/// The key was used for another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key was used for another request")]
pub struct IdempotencyMismatch;

impl Tx {
    /// What this key has made before, if it has.
    ///
    /// # Errors
    /// The database fails.
    pub async fn earlier(
        &mut self,
        key: &IdempotencyKey,
    ) -> Result<Result<Option<Earlier>, IdempotencyMismatch>, AccessError> {
        let select = self
            .find::<Entity>()
            .filter(Column::UserId.eq(self.actor().user_id()))
            .filter(Column::KeyHash.eq(key.key_hash.to_vec()));
        let Some(row) = self.one(select).await? else { return Ok(Ok(None)) };
        if row.created_at + HONOURED < self.now() {
            let delete = self
                .delete::<Entity>()
                .filter(Column::UserId.eq(self.actor().user_id()))
                .filter(Column::KeyHash.eq(key.key_hash.to_vec()));
            self.execute_delete(delete).await?;
            return Ok(Ok(None));
        }
        Ok(if row.request_hash == key.request_hash {
            Ok(Some(Earlier(row.subject_id)))
        } else {
            Err(IdempotencyMismatch)
        })
    }

    /// Forgets the keys that have made this, because it is gone: the same request makes it anew.
    ///
    /// # Errors
    /// The database fails.
    pub async fn forget_keys_of(&mut self, made: impl Into<Uuid>) -> Result<(), AccessError> {
        let delete = self.delete::<Entity>().filter(Column::SubjectId.eq(made.into()));
        self.execute_delete(delete).await.map(drop)
    }

    /// Remembers what this key has made.
    ///
    /// # Errors
    /// The database fails; two requests at once with one key: the second fails and changes nothing.
    pub async fn remember(&mut self, key: &IdempotencyKey, made: impl Into<Uuid>) -> Result<(), AccessError> {
        let row = ActiveModel {
            practice_id: Set(self.practice_id()),
            user_id: Set(self.actor().user_id()),
            key_hash: Set(key.key_hash.to_vec()),
            request_hash: Set(key.request_hash.to_vec()),
            subject_id: Set(made.into()),
            created_at: Set(self.now()),
        };
        self.insert::<Entity>(row).await
    }
}
