//! The weekly review of what people did: which weeks were looked at, and what was found in them.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("activity_weeks")
                    .col(uuid("practice_id"))
                    .col(date("week"))
                    .col(timestamp_with_time_zone("looked_at"))
                    .primary_key(&mut key(&["practice_id", "week"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("activity_findings")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(date("week"))
                    .col(text("kind"))
                    .col(uuid("user_id"))
                    .col(blob_null("client"))
                    .col(integer("times"))
                    .col(timestamp_with_time_zone("first_at"))
                    .col(timestamp_with_time_zone("last_at"))
                    .col(text_null("decision"))
                    .col(blob_null("note"))
                    .col(uuid_null("decided_by"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("activity_findings")).await?;
        manager.drop_table(drop_table("activity_weeks")).await
    }
}
