//! The deletion of clients' charts: when it was asked for, when it is due, and the proof that it was done; and in a note
//! of several clients, that it was moved to the chart of another.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn notes() -> TableAlterStatement {
    Table::alter().table(Alias::new("notes")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("client_deletions")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    // Of no client and no membership: those are removed, and this stays.
                    .col(uuid("client_id"))
                    .col(text("ground"))
                    .col(blob_null("words"))
                    .col(uuid("requested_by"))
                    .col(timestamp_with_time_zone("requested_at"))
                    .col(timestamp_with_time_zone("due_at"))
                    .col(timestamp_with_time_zone_null("withdrawn_at"))
                    .col(timestamp_with_time_zone_null("held_at"))
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
        manager.create_index(index("client_deletions", &["practice_id", "client_id"])).await?;
        manager.alter_table(notes().add_column(uuid_null("moved_by")).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(notes().drop_column(Alias::new("moved_by")).to_owned()).await?;
        manager.drop_table(drop_table("client_deletions")).await
    }
}
