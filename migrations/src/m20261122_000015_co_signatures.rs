//! Second signatures under notes, and why a note was given back instead.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn notes() -> TableAlterStatement {
    Table::alter().table(Alias::new("notes")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            uuid_null("co_signed_by"),
            timestamp_with_time_zone_null("co_signed_at"),
            text_null("co_signed_sha256"),
            blob_null("co_signer_name"),
            blob_null("given_back"),
        ] {
            manager.alter_table(notes().add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["given_back", "co_signer_name", "co_signed_sha256", "co_signed_at", "co_signed_by"] {
            manager.alter_table(notes().drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}
