//! A sign-in can be locked: it goes on, and shows nothing until its person has shown that they are back.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let locked_at = timestamp_with_time_zone_null("locked_at");
        manager.alter_table(sessions().add_column(locked_at).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(sessions().drop_column(Alias::new("locked_at")).to_owned()).await
    }
}

fn sessions() -> TableAlterStatement {
    Table::alter().table(Alias::new("auth_sessions")).to_owned()
}
