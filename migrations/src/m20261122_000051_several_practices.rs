//! A person may work in several practices: the one they used last is where they sign in.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn users() -> TableAlterStatement {
    Table::alter().table(Alias::new("users")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(users().add_column(uuid_null("last_practice_id")).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(users().drop_column(Alias::new("last_practice_id")).to_owned()).await
    }
}
