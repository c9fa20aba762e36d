//! The audit trail by years, on PostgreSQL: what there is moves into the tables of its years.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement},
};

use crate::partitions;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let connection = manager.get_connection();
        connection.execute_unprepared(&begin("PARTITION BY RANGE (id)")).await?;
        connection.execute_unprepared(INDEXES).await?;
        let year = Statement::from_string(DbBackend::Postgres, "SELECT EXTRACT(YEAR FROM now())::int");
        let year = connection.query_one_raw(year).await?;
        let year: i32 = year.map_or(Ok(partitions::FIRST), |row| row.try_get_by_index(0))?;
        for year in partitions::FIRST..=Ord::max(year, partitions::FIRST) + 1 {
            connection.execute_unprepared(&partitions::make(year)).await?;
        }
        connection.execute_unprepared(&partitions::make_others()).await?;
        connection.execute_unprepared(END).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let connection = manager.get_connection();
        for step in [&begin(""), INDEXES, END] {
            connection.execute_unprepared(step).await?;
        }
        Ok(())
    }
}

/// A new table of the same columns, beside the old one, whose indexes leave their names to the new one's.
fn begin(partitioned: &str) -> String {
    format!(
        "CREATE TEMPORARY TABLE audit_indexes ON COMMIT DROP AS SELECT indexdef FROM pg_indexes \
         WHERE schemaname = 'public' AND tablename = 'audit_events' AND indexname NOT IN \
           (SELECT conname FROM pg_constraint WHERE conrelid = 'audit_events'::regclass);
         ALTER TABLE audit_events RENAME TO audit_events_before;
         DO $$ DECLARE named text; BEGIN \
         FOR named IN SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'audit_events_before' \
         LOOP EXECUTE format('ALTER INDEX %I RENAME TO %I', named, 'before_' || named); END LOOP; END $$;
         CREATE TABLE audit_events (LIKE audit_events_before INCLUDING DEFAULTS) {partitioned}"
    )
}

/// The new table is found and kept from changes as the old one was. It refers to no row of `practices`, which every write
/// would lock (migration 67).
const INDEXES: &str = "DO $$ DECLARE definition text; BEGIN \
     FOR definition IN SELECT indexdef FROM audit_indexes LOOP EXECUTE replace(definition, ' ON ONLY ', ' ON '); END LOOP; END $$;
     DROP TABLE audit_indexes;
     ALTER TABLE audit_events ADD PRIMARY KEY (id), ADD UNIQUE (practice_id, id);
     CREATE TRIGGER audit_events_is_kept BEFORE UPDATE OR TRUNCATE ON audit_events \
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
     CREATE TRIGGER audit_events_is_kept_until_cut BEFORE DELETE ON audit_events \
     FOR EACH ROW EXECUTE FUNCTION keep_audit_events()";

/// All rows, column by column in the same order.
const END: &str =
    "INSERT INTO audit_events SELECT * FROM audit_events_before; DROP TABLE audit_events_before";
