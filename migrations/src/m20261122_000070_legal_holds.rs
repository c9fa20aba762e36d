//! Legal holds on clients' charts.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("legal_holds")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("client_id"))
                    .col(blob("reason"))
                    .col(uuid("placed_by"))
                    .col(timestamp_with_time_zone("placed_at"))
                    .col(blob_null("release_reason"))
                    .col(uuid_null("released_by"))
                    .col(timestamp_with_time_zone_null("released_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    // A hold that is placed waits for the end of a practice that begins at this moment: it locks the row.
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .foreign_key(&mut of_member("placed_by"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("legal_holds", &["practice_id", "client_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("legal_holds")).await
    }
}
