//! What a call left at a service elsewhere, and when that was removed there.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn alter() -> TableAlterStatement {
    Table::alter().table(Alias::new("ai_calls")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            string_null("remote_sound").take(),
            string_null("remote_id").take(),
            timestamp_with_time_zone_null("remote_removed_at").take(),
        ] {
            manager.alter_table(alter().add_column(column).to_owned()).await?;
        }
        // Seldom anything: what is still there is looked for every few minutes.
        let left = "CREATE INDEX ai_calls_left_elsewhere ON ai_calls (practice_id) \
                    WHERE remote_sound IS NOT NULL AND remote_removed_at IS NULL";
        manager.get_connection().execute_unprepared(left).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX ai_calls_left_elsewhere").await?;
        for column in ["remote_removed_at", "remote_id", "remote_sound"] {
            manager.alter_table(alter().drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}
