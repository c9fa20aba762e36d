//! For how long the audit trail is kept, and the cuts by which it is shortened. The triggers let go what a cut takes, and
//! nothing else.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Of each table, what has to be true of a cut that takes a row of it.
const TAKEN: [(&str, &str); 2] =
    [("audit_events", "last_event >= OLD.id"), ("audit_links", "number >= OLD.number")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let practices = || Table::alter().table(Alias::new("practices")).to_owned();
        let years = integer("audit_years").default(7).take();
        manager.alter_table(practices().add_column(years).to_owned()).await?;
        manager
            .create_table(
                table("audit_cuts")
                    .col(uuid("practice_id"))
                    .col(big_integer("number"))
                    .col(uuid("id"))
                    .col(timestamp_with_time_zone("at"))
                    .col(timestamp_with_time_zone("kept_from"))
                    .col(blob("link"))
                    .col(uuid("last_event"))
                    .col(big_integer("events"))
                    .col(big_integer("total"))
                    .col(blob("mac"))
                    .primary_key(&mut key(&["practice_id", "number"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        let connection = manager.get_connection();
        let on_server = manager.get_database_backend() == DbBackend::Postgres;
        for (table, taken) in TAKEN {
            let triggers = if on_server { on_postgres(table, taken) } else { on_sqlite(table, taken) };
            connection.execute_unprepared(&triggers).await?;
        }
        let cuts = if on_server { refuse_on_postgres("audit_cuts") } else { refuse_on_sqlite() };
        connection.execute_unprepared(&cuts).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let on_server = manager.get_database_backend() == DbBackend::Postgres;
        for (table, _) in TAKEN {
            let before = if on_server {
                format!(
                    "DROP FUNCTION keep_{table} CASCADE; DROP TRIGGER {table}_is_kept ON {table}; {}",
                    refuse_on_postgres(table)
                )
            } else {
                format!(
                    "DROP TRIGGER {table}_kept_from_delete; \
                     CREATE TRIGGER {table}_kept_from_delete BEFORE DELETE ON {table} {}",
                    refuse(table)
                )
            };
            connection.execute_unprepared(&before).await?;
        }
        manager.drop_table(drop_table("audit_cuts")).await?;
        let practices =
            Table::alter().table(Alias::new("practices")).drop_column(Alias::new("audit_years")).to_owned();
        manager.alter_table(practices).await
    }
}

/// Of the statement, so that one that finds no row is refused too.
fn refuse_on_postgres(table: &str) -> String {
    format!(
        "CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
}

/// What is removed is looked at row by row.
fn on_postgres(table: &str, taken: &str) -> String {
    format!(
        "DROP TRIGGER {table}_is_kept ON {table};
         CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
         CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF NOT EXISTS (SELECT 1 FROM audit_cuts WHERE practice_id = OLD.practice_id AND {taken}) THEN \
         RAISE EXCEPTION '{table} is only added to' USING ERRCODE = 'insufficient_privilege'; END IF; \
         RETURN OLD; END $$;
         CREATE TRIGGER {table}_is_kept_until_cut BEFORE DELETE ON {table} \
         FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
    )
}

fn on_sqlite(table: &str, taken: &str) -> String {
    format!(
        "DROP TRIGGER {table}_kept_from_delete;
         CREATE TRIGGER {table}_kept_from_delete BEFORE DELETE ON {table} \
         WHEN NOT EXISTS (SELECT 1 FROM audit_cuts WHERE practice_id = OLD.practice_id AND {taken}) {}",
        refuse(table)
    )
}

/// `INSERT OR REPLACE` removes a row without a trigger being told, so it is met before.
fn refuse_on_sqlite() -> String {
    let refuse = refuse("audit_cuts");
    format!(
        "CREATE TRIGGER audit_cuts_kept_from_update BEFORE UPDATE ON audit_cuts {refuse};
         CREATE TRIGGER audit_cuts_kept_from_delete BEFORE DELETE ON audit_cuts {refuse};
         CREATE TRIGGER audit_cuts_kept_from_replace BEFORE INSERT ON audit_cuts \
         WHEN EXISTS (SELECT 1 FROM audit_cuts WHERE practice_id = NEW.practice_id AND number = NEW.number) {refuse}"
    )
}

fn refuse(table: &str) -> String {
    format!("BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END")
}
