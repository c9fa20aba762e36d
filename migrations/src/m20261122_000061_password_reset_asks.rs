//! Requests for a link to a new password that nobody has looked at yet.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("password_reset_asks")
                    .col(uuid("id"))
                    .col(blob("email"))
                    .col(timestamp_with_time_zone("asked_at"))
                    .primary_key(&mut key(&["id"]))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("password_reset_asks")).await
    }
}
