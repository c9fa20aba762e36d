//! AI systems of a practice's own, and calls of them, which belong to no session and no job.

use sea_orm_migration::{
    prelude::*,
    schema::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn alter(table: &'static str) -> TableAlterStatement {
    Table::alter().table(Alias::new(table)).to_owned()
}

const ADDED: [&str; 6] = [
    "address",
    "model",
    "used_for",
    "service_key",
    "million_input_tokens_micro_usd",
    "million_output_tokens_micro_usd",
];
const LOOSENED: [&str; 2] = ["encounter_id", "job_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Wholly or not at all, and by one connection: another one may still know the table that was there before.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            text_null(ADDED[0]).take(),
            text_null(ADDED[1]).take(),
            text_null(ADDED[2]).take(),
            blob_null(ADDED[3]).take(),
            big_integer_null(ADDED[4]).take(),
            big_integer_null(ADDED[5]).take(),
        ] {
            manager.alter_table(alter("ai_systems").add_column(column).to_owned()).await?;
        }
        let data = text("data").default("client").take();
        manager.alter_table(alter("ai_calls").add_column(data).to_owned()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            return on_postgres(manager, "DROP").await;
        }
        on_sqlite(manager, |definition| {
            LOOSENED.iter().fold(definition, |definition, column| {
                definition
                    .replace(&format!("\"{column}\" uuid_text NOT NULL"), &format!("\"{column}\" uuid_text"))
            })
        })
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection
            .execute_unprepared("DELETE FROM ai_calls WHERE encounter_id IS NULL OR job_id IS NULL")
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            on_postgres(manager, "SET").await?;
        } else {
            on_sqlite(manager, |definition| {
                LOOSENED.iter().fold(definition, |definition, column| {
                    definition.replace(
                        &format!("\"{column}\" uuid_text,"),
                        &format!("\"{column}\" uuid_text NOT NULL,"),
                    )
                })
            })
            .await?;
        }
        manager.alter_table(alter("ai_calls").drop_column(Alias::new("data")).to_owned()).await?;
        for column in ADDED {
            manager.alter_table(alter("ai_systems").drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}

async fn on_postgres(manager: &SchemaManager<'_>, what: &str) -> Result<(), DbErr> {
    for column in LOOSENED {
        let step = format!("ALTER TABLE ai_calls ALTER COLUMN {column} {what} NOT NULL");
        manager.get_connection().execute_unprepared(&step).await?;
    }
    Ok(())
}

/// SQLite changes no column: the table is made anew, with its indexes, as <https://sqlite.org/lang_altertable.html#otheralter> has
/// it. No other table refers to it.
async fn on_sqlite(manager: &SchemaManager<'_>, change: impl Fn(String) -> String) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let asked = "SELECT sql FROM sqlite_master WHERE tbl_name = 'ai_calls' AND sql IS NOT NULL ORDER BY type = 'table' DESC";
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Sqlite, asked)).await?;
    let mut definitions: Vec<String> =
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    if definitions.is_empty() {
        return Err(DbErr::Migration("there is no table of calls".to_owned()));
    }
    let before = definitions.remove(0);
    let after = change(before.clone());
    if after == before {
        return Err(DbErr::Migration("the table of calls has another form".to_owned()));
    }
    connection.execute_unprepared("ALTER TABLE ai_calls RENAME TO ai_calls_before").await?;
    connection.execute_unprepared(&after).await?;
    connection.execute_unprepared("INSERT INTO ai_calls SELECT * FROM ai_calls_before").await?;
    connection.execute_unprepared("DROP TABLE ai_calls_before").await?;
    for index in definitions {
        connection.execute_unprepared(&index).await?;
    }
    Ok(())
}
