//! Who sees a new client, and when the sound of a session is removed.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn alter(table: &'static str) -> TableAlterStatement {
    Table::alter().table(Alias::new(table)).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let shared = boolean("share_new_clients").default(false).take();
        manager.alter_table(alter("practices").add_column(shared).to_owned()).await?;
        manager.alter_table(alter("practices").add_column(integer_null("recording_days")).to_owned()).await?;
        let removed = timestamp_with_time_zone_null("sound_removed_at");
        manager.alter_table(alter("recordings").add_column(removed).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("recordings", "sound_removed_at"),
            ("practices", "recording_days"),
            ("practices", "share_new_clients"),
        ] {
            manager.alter_table(alter(table).drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}
