//! How often signing in was tried in vain, by account, device and network. Of no practice: whoever
//! tries is nobody yet.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("sign_in_throttles")
                    .col(blob("counter"))
                    .col(integer("failures"))
                    .col(timestamp_with_time_zone("blocked_until"))
                    .col(timestamp_with_time_zone("last_failure_at"))
                    .primary_key(&mut key(&["counter"]))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("sign_in_throttles", &["last_failure_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("sign_in_throttles")).await
    }
}
