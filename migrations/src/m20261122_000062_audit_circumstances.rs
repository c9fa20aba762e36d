//! From where, as what, in which sign-in and what for an event was done, and an index for each thing that the trail is
//! asked for.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 3] = ["network", "role", "purpose"];
/// By whom, what, of which thing, in which request: each is followed by the id, which is the order of time.
const INDEXES: [&[&str]; 4] = [
    &["practice_id", "user_id", "id"],
    &["practice_id", "action", "id"],
    &["practice_id", "subject_id", "id"],
    &["practice_id", "request_id", "id"],
];
/// Few events are refused, and few are done by keys and the software.
const PARTIAL: [(&str, &str); 2] = [
    ("audit_events_refused", "(practice_id, id) WHERE outcome <> 'done'"),
    ("audit_events_by_software", "(practice_id, actor, id) WHERE user_id IS NULL"),
];

fn events() -> TableAlterStatement {
    Table::alter().table(Alias::new("audit_events")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.alter_table(events().add_column(text_null(column)).to_owned()).await?;
        }
        manager.alter_table(events().add_column(uuid_null("session_id")).to_owned()).await?;
        for columns in INDEXES {
            manager.create_index(index("audit_events", columns)).await?;
        }
        let connection = manager.get_connection();
        for (name, on) in PARTIAL {
            connection.execute_unprepared(&format!("CREATE INDEX {name} ON audit_events {on}")).await?;
        }
        // The uniqueness of the same columns has an index of its own.
        connection.execute_unprepared("DROP INDEX audit_events_by_practice_id_id").await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("audit_events", &["practice_id", "id"])).await?;
        let connection = manager.get_connection();
        let plain = INDEXES.map(|columns| format!("audit_events_by_{}", columns.join("_")));
        for name in plain.iter().map(String::as_str).chain(PARTIAL.map(|(name, _)| name)) {
            connection.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        for column in COLUMNS.into_iter().chain(["session_id"]) {
            manager.alter_table(events().drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}
