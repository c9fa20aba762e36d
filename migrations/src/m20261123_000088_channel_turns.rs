//! Whose turn it is when, where each of two people has a channel.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMN: &str = "turns";

fn alter() -> TableAlterStatement {
    Table::alter().table(Alias::new("recordings")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(alter().add_column(blob_null(COLUMN).take()).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(alter().drop_column(Alias::new(COLUMN)).to_owned()).await
    }
}
