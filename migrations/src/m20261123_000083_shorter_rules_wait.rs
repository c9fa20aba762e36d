//! A rule that removes more of sessions than the one before holds only after a while; until then the one before does.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn alter() -> TableAlterStatement {
    Table::alter().table(Alias::new("practices")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            timestamp_with_time_zone_null("recording_days_from").take(),
            integer_null("recording_days_before").take(),
            timestamp_with_time_zone_null("transcript_days_from").take(),
            integer_null("transcript_days_before").take(),
        ] {
            manager.alter_table(alter().add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in
            ["transcript_days_before", "transcript_days_from", "recording_days_before", "recording_days_from"]
        {
            manager.alter_table(alter().drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}
