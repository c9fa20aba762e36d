//! The chain over the audit trail: a keyed code in each event, the links, and triggers that let nobody change or remove
//! what is there.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 2] = ["audit_events", "audit_links"];

fn events() -> TableAlterStatement {
    Table::alter().table(Alias::new("audit_events")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(events().add_column(blob_null("mac")).to_owned()).await?;
        manager
            .create_table(
                table("audit_links")
                    .col(uuid("practice_id"))
                    .col(big_integer("number"))
                    .col(timestamp_with_time_zone("made_at"))
                    .col(big_integer("total"))
                    .col(blob("entries"))
                    .col(blob("previous"))
                    .col(blob("mac"))
                    .primary_key(&mut key(&["practice_id", "number"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            connection.execute_unprepared(REFUSE).await?;
        }
        for table in TABLES {
            let triggers = match manager.get_database_backend() {
                DbBackend::Postgres => on_postgres(table),
                _ => on_sqlite(table),
            };
            connection.execute_unprepared(&triggers).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            connection.execute_unprepared("DROP FUNCTION refuse_change() CASCADE").await?;
        } else {
            for name in ["kept_from_update", "kept_from_delete", "kept_from_replace"] {
                connection.execute_unprepared(&format!("DROP TRIGGER audit_events_{name}")).await?;
            }
        }
        manager.drop_table(drop_table("audit_links")).await?;
        manager.alter_table(events().drop_column(Alias::new("mac")).to_owned()).await
    }
}

const REFUSE: &str = "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ \
    BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$";

/// Of the statement, so that one that finds no row is refused too.
fn on_postgres(table: &str) -> String {
    format!(
        "CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
}

/// `INSERT OR REPLACE` removes a row without a trigger being told, so it is met before.
fn on_sqlite(table: &str) -> String {
    let same = match table {
        "audit_links" => "practice_id = NEW.practice_id AND number = NEW.number",
        _ => "id = NEW.id",
    };
    let refuse = format!("BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END");
    format!(
        "CREATE TRIGGER {table}_kept_from_update BEFORE UPDATE ON {table} {refuse};
         CREATE TRIGGER {table}_kept_from_delete BEFORE DELETE ON {table} {refuse};
         CREATE TRIGGER {table}_kept_from_replace BEFORE INSERT ON {table} \
         WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"
    )
}
