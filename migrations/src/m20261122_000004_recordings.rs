//! Uploads, recordings and their pieces.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("uploads")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("encounter_id"))
                    .col(uuid("recording_id"))
                    .col(big_integer("length"))
                    .col(big_integer("received"))
                    .col(text("media_type"))
                    .col(blob("filename"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("completed_at"))
                    .col(uuid("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("encounter_id", "encounters"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("uploads", &["practice_id", "encounter_id"])).await?;
        manager
            .create_table(
                table("recordings")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("encounter_id"))
                    .col(text("state"))
                    .col(text("stage"))
                    .col(text("media_type"))
                    .col(big_integer("size"))
                    .col(big_integer_null("duration_ms"))
                    .col(big_integer_null("speech_ms"))
                    .col(big_integer_null("sound_bytes"))
                    .col(blob_null("spans"))
                    .col(blob_null("peaks"))
                    .col(text_null("error"))
                    .col(uuid("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .index(&mut unique(&["practice_id", "encounter_id"]))
                    .foreign_key(&mut belongs_to("encounter_id", "encounters"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("recording_parts")
                    .col(uuid("recording_id"))
                    .col(big_integer("start"))
                    .col(uuid("practice_id"))
                    .col(big_integer("part"))
                    .col(big_integer("length"))
                    .primary_key(&mut key(&["recording_id", "start"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("pieces")
                    .col(uuid("recording_id"))
                    .col(integer("ordinal"))
                    .col(uuid("practice_id"))
                    .col(big_integer("start_ms"))
                    .col(big_integer("end_ms"))
                    .col(blob_null("heard"))
                    .col(uuid_null("ai_call_id"))
                    .primary_key(&mut key(&["recording_id", "ordinal"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("recording_id", "recordings"))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("pieces")).await?;
        manager.drop_table(drop_table("recording_parts")).await?;
        manager.drop_table(drop_table("recordings")).await?;
        manager.drop_table(drop_table("uploads")).await?;
        Ok(())
    }
}
