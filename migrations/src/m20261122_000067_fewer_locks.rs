//! What PostgreSQL checked twice. A row that belongs to a row of its practice belongs to the practice by that; the trail
//! is kept when everything else of a practice goes, and row-level security lets nobody write into another's. Each such
//! check locked the row of the practice, so that everybody who wrote at once wrote down a shared lock. On SQLite, which
//! has one writer and no such lock, the keys stay: it could only drop them with their tables.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const DROP: &str = "DO $$ DECLARE doubled record; BEGIN
    FOR doubled IN
        SELECT conname, conrelid::regclass AS holder FROM pg_constraint simple
        WHERE contype = 'f' AND confrelid = 'practices'::regclass AND (
            conrelid = 'audit_events'::regclass OR EXISTS (
                SELECT FROM pg_constraint composite
                WHERE composite.contype = 'f' AND composite.conrelid = simple.conrelid
                    AND composite.conkey @> simple.conkey AND array_length(composite.conkey, 1) = 2
                    AND NOT EXISTS (
                        SELECT FROM pg_attribute
                        WHERE attrelid = composite.conrelid AND attnum = ANY (composite.conkey) AND NOT attnotnull)))
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', doubled.holder, doubled.conname);
    END LOOP;
END $$";

const RESTORE: &str = "DO $$ DECLARE holder record; BEGIN
    FOR holder IN
        SELECT attrelid::regclass AS name FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname = 'practice_id' AND attnotnull
            AND NOT EXISTS (
                SELECT FROM pg_constraint
                WHERE contype = 'f' AND conrelid = attrelid AND confrelid = 'practices'::regclass)
    LOOP
        EXECUTE format(
            'ALTER TABLE %s ADD FOREIGN KEY (practice_id) REFERENCES practices (id) ON DELETE CASCADE', holder.name);
    END LOOP;
END $$";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared(DROP).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared(RESTORE).await?;
        }
        Ok(())
    }
}
