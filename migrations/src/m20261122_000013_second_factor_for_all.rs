//! A practice may want a second factor of everybody.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn practices() -> TableAlterStatement {
    Table::alter().table(Alias::new("practices")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean("second_factor_for_all").default(false).take();
        manager.alter_table(practices().add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(practices().drop_column(Alias::new("second_factor_for_all")).to_owned()).await
    }
}
