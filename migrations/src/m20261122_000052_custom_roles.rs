//! Roles that a practice makes for itself, and who has or is offered one.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The tables whose rows may name one.
const NAMING: [&str; 2] = ["memberships", "invitations"];

fn of(table: &'static str) -> TableAlterStatement {
    Table::alter().table(Alias::new(table)).to_owned()
}

/// Where the database takes it for a table that is there already, it keeps whatever is in use. SQLite does
/// not; there one writer at a time asks first.
async fn keep_what_is_in_use(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for table in NAMING {
        let mut key = ForeignKey::create();
        key.name(format!("{table}_role_id")).from_tbl(Alias::new(table)).to_tbl(Alias::new("roles"));
        for (from, to) in [("practice_id", "practice_id"), ("role_id", "id")] {
            key.from_col(Alias::new(from)).to_col(Alias::new(to));
        }
        manager.create_foreign_key(key.on_delete(ForeignKeyAction::NoAction).to_owned()).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("roles")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(blob("name"))
                    .col(text("base"))
                    .col(text("permissions"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        for table in NAMING {
            manager.alter_table(of(table).add_column(uuid_null("role_id")).to_owned()).await?;
        }
        keep_what_is_in_use(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in NAMING {
            manager.alter_table(of(table).drop_column(Alias::new("role_id")).to_owned()).await?;
        }
        manager.drop_table(drop_table("roles")).await?;
        Ok(())
    }
}
