//! AI systems and the ledger of their calls.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("ai_systems")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(text("key"))
                    .col(text("name"))
                    .col(text("version"))
                    .col(text("vendor"))
                    .col(text("purpose"))
                    .col(text("state"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .index(&mut unique(&["practice_id", "key"]))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("ai_calls")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("system_id"))
                    .col(text("purpose"))
                    .col(uuid("encounter_id"))
                    .col(uuid("job_id"))
                    .col(uuid_null("user_id"))
                    .col(text("outcome"))
                    .col(text("reasons"))
                    .col(text("version"))
                    .col(blob("input_hash"))
                    .col(blob_null("output_hash"))
                    .col(timestamp_with_time_zone("started_at"))
                    .col(timestamp_with_time_zone_null("finished_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("system_id", "ai_systems"))
                    .foreign_key(&mut belongs_to("encounter_id", "encounters"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("ai_calls", &["practice_id", "id"])).await?;
        manager.create_index(index("ai_calls", &["job_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("ai_calls")).await?;
        manager.drop_table(drop_table("ai_systems")).await?;
        Ok(())
    }
}
