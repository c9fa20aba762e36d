//! When transcripts are removed, and what is kept then of the lines that signed notes cite.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn alter(table: &'static str) -> TableAlterStatement {
    Table::alter().table(Alias::new(table)).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(alter("practices").add_column(integer_null("transcript_days")).to_owned())
            .await?;
        let quotations = boolean("transcript_quotations").default(false).take();
        manager.alter_table(alter("practices").add_column(quotations).to_owned()).await?;
        let removed = timestamp_with_time_zone_null("removed_at");
        manager.alter_table(alter("transcripts").add_column(removed).to_owned()).await?;
        manager
            .create_table(
                table("evidence")
                    // Of the line that it was, which notes go on citing.
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("transcript_id"))
                    .col(text("role"))
                    .col(big_integer("start_ms"))
                    .col(big_integer("end_ms"))
                    .col(blob("kept"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("transcript_id", "transcripts"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("evidence", &["transcript_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("evidence")).await?;
        for (table, column) in [
            ("transcripts", "removed_at"),
            ("practices", "transcript_quotations"),
            ("practices", "transcript_days"),
        ] {
            manager.alter_table(alter(table).drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}
