//! Jobs: progress, and the outbox.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("jobs")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(text("kind"))
                    .col(text("state"))
                    .col(uuid("encounter_id"))
                    .col(uuid_null("recording_id"))
                    .col(uuid_null("note_id"))
                    .col(text("template"))
                    .col(text_null("stage"))
                    .col(integer("progress"))
                    .col(big_integer_null("remaining_ms"))
                    .col(integer("attempts"))
                    .col(text_null("error"))
                    .col(uuid("requested_by"))
                    .col(timestamp_with_time_zone_null("relayed_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("encounter_id", "encounters"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("jobs", &["practice_id", "updated_at"])).await?;
        manager.create_index(index("jobs", &["relayed_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("jobs")).await?;
        Ok(())
    }
}
