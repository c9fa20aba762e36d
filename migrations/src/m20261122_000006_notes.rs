//! Notes and addenda.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("notes")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("encounter_id"))
                    .col(uuid("client_id"))
                    .col(text("kind"))
                    .col(text("template"))
                    .col(text("status"))
                    .col(integer("revision"))
                    .col(blob("content"))
                    .col(uuid_null("ai_call_id"))
                    .col(text_null("draft_label"))
                    .col(uuid("author_id"))
                    .col(uuid_null("signed_by"))
                    .col(timestamp_with_time_zone_null("signed_at"))
                    .col(text_null("signed_sha256"))
                    .col(blob_null("signer_name"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("encounter_id", "encounters"))
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("notes", &["practice_id", "encounter_id"])).await?;
        manager.create_index(index("notes", &["practice_id", "client_id"])).await?;
        manager
            .create_table(
                table("addenda")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("note_id"))
                    .col(blob("text"))
                    .col(uuid("author_id"))
                    .col(blob("author_name"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("note_id", "notes"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("addenda", &["note_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("addenda")).await?;
        manager.drop_table(drop_table("notes")).await?;
        Ok(())
    }
}
