//! What a practice has decided about how long charts are kept, and why one was kept whose time was over.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn deletions() -> TableAlterStatement {
    Table::alter().table(Alias::new("client_deletions")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("chart_rules")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(integer_null("years"))
                    .col(integer_null("age_of_majority"))
                    .col(integer_null("minor_years"))
                    .col(uuid("saved_by"))
                    .col(timestamp_with_time_zone("saved_at"))
                    .col(timestamp_with_time_zone("effective_at"))
                    .col(timestamp_with_time_zone_null("withdrawn_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut of_member("saved_by"))
                    .to_owned(),
            )
            .await?;
        manager.alter_table(deletions().add_column(blob_null("kept_because")).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(deletions().drop_column(Alias::new("kept_because")).to_owned()).await?;
        manager.drop_table(drop_table("chart_rules")).await
    }
}
