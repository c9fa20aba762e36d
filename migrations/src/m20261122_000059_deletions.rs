//! The end of a practice: when it was asked for, when it is due, and the proof that it was done.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn practices() -> TableAlterStatement {
    Table::alter().table(Alias::new("practices")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("deletions")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    // Of no membership: those are removed, and this stays.
                    .col(uuid("requested_by"))
                    .col(timestamp_with_time_zone("requested_at"))
                    .col(timestamp_with_time_zone("due_at"))
                    .col(timestamp_with_time_zone_null("withdrawn_at"))
                    .col(timestamp_with_time_zone_null("begun_at"))
                    .col(text_null("removed"))
                    .col(timestamp_with_time_zone_null("finished_at"))
                    .col(text_null("certificate"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        let deleted = timestamp_with_time_zone_null("deleted_at");
        manager.alter_table(practices().add_column(deleted).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(practices().drop_column(Alias::new("deleted_at")).to_owned()).await?;
        manager.drop_table(drop_table("deletions")).await
    }
}
