//! How well a recording can be heard, and where what the engine made up was left out.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 2] = ["quality", "left_out"];

fn alter() -> TableAlterStatement {
    Table::alter().table(Alias::new("recordings")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.alter_table(alter().add_column(blob_null(column).take()).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.alter_table(alter().drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}
