//! The outbox of mail.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("mails")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(text("state"))
                    .col(blob_null("message"))
                    .col(timestamp_with_time_zone_null("relayed_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("mails", &["relayed_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("mails")).await?;
        Ok(())
    }
}
