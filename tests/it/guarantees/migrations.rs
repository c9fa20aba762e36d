//! The schema goes up, down and up again, and is the same afterwards.

use access::{Database, DatabaseTarget};
use migrations::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use tests::OwnDatabase;

const SQLITE: &str = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema \
                      WHERE name NOT LIKE 'sqlite_%' AND name <> 'seaql_migrations' ORDER BY 1";
const POSTGRES: &str = "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable \
                        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'seaql_migrations' \
                        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'seaql_migrations' \
                        UNION ALL SELECT tablename || ' ' || policyname || ' ' || coalesce(qual, '') FROM pg_policies ORDER BY 1";

async fn schema(connection: &DatabaseConnection, query: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let rows = connection.query_all_raw(statement).await.expect("the schema");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

async fn up_down_up(target: &DatabaseTarget, query: &str) {
    let connection = Database::connect(target).await.expect("the database answers");
    migrations::bring_up_to_date(&connection).await.expect("up");
    let first = schema(&connection, query).await;
    assert!(first.len() > 30, "{first:#?}");
    Migrator::down(&connection, None).await.expect("down");
    assert_eq!(schema(&connection, query).await, Vec::<String>::new(), "something stayed behind");
    migrations::bring_up_to_date(&connection).await.expect("up again");
    assert_eq!(schema(&connection, query).await, first);
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    up_down_up(&DatabaseTarget::Sqlite(folder.path().join("test.sqlite")), SQLITE).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_on_postgres() {
    let Some(own) = OwnDatabase::create().await else { return };
    up_down_up(&DatabaseTarget::Postgres { url: own.url.clone(), pool: 2 }, POSTGRES).await;
    own.remove().await;
}

#[tokio::test]
async fn servers_that_start_at_once_bring_the_schema_up_one_after_the_other() {
    let Some(own) = OwnDatabase::create().await else { return };
    let target = DatabaseTarget::Postgres { url: own.url.clone(), pool: 2 };
    let starts = (0..4).map(|_| async {
        let connection = Database::connect(&target).await.expect("the database answers");
        let brought = migrations::bring_up_to_date(&connection).await;
        connection.close().await.expect("closed");
        brought
    });
    for brought in futures_util::future::join_all(starts).await {
        brought.expect("up");
    }
    own.remove().await;
}
