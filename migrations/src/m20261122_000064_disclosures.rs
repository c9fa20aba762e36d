//! The register of disclosures. An entry is corrected by another one, once.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("disclosures")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("client_id"))
                    .col(date("disclosed_on"))
                    .col(blob("recipient"))
                    .col(blob_null("address"))
                    .col(blob("what"))
                    .col(text("purpose"))
                    .col(blob_null("words"))
                    .col(blob_null("frequency"))
                    .col(date("last_on"))
                    .col(date_null("suspended_until"))
                    .col(blob_null("suspended_words"))
                    .col(uuid_null("corrects"))
                    .col(boolean("struck"))
                    .col(uuid("recorded_by"))
                    .col(timestamp_with_time_zone("recorded_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .index(&mut unique(&["practice_id", "corrects"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .foreign_key(&mut of_member("recorded_by"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("disclosures", &["practice_id", "client_id", "disclosed_on"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("disclosures")).await
    }
}
