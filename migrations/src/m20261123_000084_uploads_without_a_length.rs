//! A session that is being recorded is sent while it lasts: how long it becomes is known at its end.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn alter() -> TableAlterStatement {
    Table::alter().table(Alias::new("uploads")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let open = boolean("open").default(false).take();
        manager.alter_table(alter().add_column(open).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(alter().drop_column(Alias::new("open")).to_owned()).await
    }
}
