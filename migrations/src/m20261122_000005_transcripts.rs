//! Transcripts, speakers and segments.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("transcripts")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("encounter_id"))
                    .col(uuid_null("recording_id"))
                    .col(integer("revision"))
                    .col(text("certainty"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .index(&mut unique(&["practice_id", "encounter_id"]))
                    .foreign_key(&mut belongs_to("encounter_id", "encounters"))
                    .foreign_key(&mut belongs_to("recording_id", "recordings"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("speakers")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("transcript_id"))
                    .col(integer("ordinal"))
                    .col(blob("label"))
                    .col(text("role"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("transcript_id", "transcripts"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("speakers", &["transcript_id", "ordinal"])).await?;
        manager
            .create_table(
                table("segments")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("transcript_id"))
                    .col(uuid_null("speaker_id"))
                    .col(integer("ordinal"))
                    .col(big_integer("start_ms"))
                    .col(big_integer("end_ms"))
                    .col(blob("text"))
                    .col(float_null("confidence"))
                    .col(boolean("edited"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("transcript_id", "transcripts"))
                    .foreign_key(&mut belongs_to("speaker_id", "speakers"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("segments", &["transcript_id", "ordinal"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("segments")).await?;
        manager.drop_table(drop_table("speakers")).await?;
        manager.drop_table(drop_table("transcripts")).await?;
        Ok(())
    }
}
