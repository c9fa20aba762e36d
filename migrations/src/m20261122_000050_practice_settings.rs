//! What a practice sets for itself; and in the audit trail, which settings were changed.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn of(table: &'static str) -> TableAlterStatement {
    Table::alter().table(Alias::new(table)).to_owned()
}

/// The settings, each with what holds until somebody changes it.
fn settings() -> Vec<ColumnDef> {
    vec![
        integer("revision").default(1).take(),
        text_null("time_zone"),
        text_null("locale"),
        integer("session_hours").default(12).take(),
        integer("idle_lock_minutes").default(15).take(),
        integer("password_min_length").default(15).take(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column a statement.
        for column in settings() {
            manager.alter_table(of("practices").add_column(column).to_owned()).await?;
        }
        manager.alter_table(of("audit_events").add_column(text_null("detail")).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(of("audit_events").drop_column(Alias::new("detail")).to_owned()).await?;
        for column in settings() {
            manager.alter_table(of("practices").drop_column(column.get_column_name()).to_owned()).await?;
        }
        Ok(())
    }
}
