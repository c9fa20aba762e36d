//! By which AI systems a session is heard and drafted, where that is not left to the practice.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 2] = ["transcription_system_id", "drafting_system_id"];

fn alter() -> TableAlterStatement {
    Table::alter().table(Alias::new("encounters")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.alter_table(alter().add_column(uuid_null(column).take()).to_owned()).await?;
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
