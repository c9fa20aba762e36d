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

/// How the id of an event begins that was recorded in that year (RFC 9562 §5.7).
const IN_2026: &str = "019e807aec00";

/// A practice with a clinician, a biller, two clients and two events, one of a time that nobody knows, as `id` and `bytes` are written in this database.
fn lived_in(id: fn(u8) -> String, bytes: &str) -> String {
    let (practice, clinician, biller) = (id(1), id(2), id(3));
    let then = "'2026-01-05T09:00:00Z'";
    let user = |user: &str, index: u8| {
        let index = bytes.replace("00", &format!("{index:02}"));
        format!(
            "INSERT INTO users (id, email_index, email, name, password_hash, created_at) \
                 VALUES ({user}, {index}, {bytes}, {bytes}, '', {then});"
        )
    };
    let member = |row: u8, user: &str, role: &str| {
        format!(
            "INSERT INTO memberships (id, practice_id, user_id, role, created_at) \
                 VALUES ({}, {practice}, {user}, '{role}', {then});",
            id(row)
        )
    };
    let client = |row: u8| {
        format!(
            "INSERT INTO clients (id, practice_id, given_name, family_name, jurisdiction, created_by, created_at, updated_at) \
                 VALUES ({}, {practice}, {bytes}, {bytes}, 'US-NY', {clinician}, {then}, {then});",
            id(row)
        )
    };
    let event = |row: String| {
        format!(
            "INSERT INTO audit_events (id, practice_id, at, action, actor, subject, outcome, request_id) \
                 VALUES ({row}, {practice}, {then}, 'signed_in', 'person', 'session', 'done', '');"
        )
    };
    [
        format!("INSERT INTO practices (id, name, jurisdiction, created_at) VALUES ({practice}, {bytes}, 'US-NY', {then});"),
        user(&clinician, 1),
        user(&biller, 2),
        member(4, &clinician, "clinician"),
        member(5, &biller, "biller"),
        client(6),
        client(7),
        event(id(8)),
        event(id(9).replacen("000000000000", IN_2026, 1)),
    ]
    .concat()
}

/// How many migrations there were when whoever treats saw every client.
const BEFORE_CARE_TEAMS: u32 = 13;

/// Updates a database that people work in; `fill` puts them there. In care of how many clients the clinician is.
async fn update(connection: &DatabaseConnection, rows: &str, fill: &DatabaseConnection) -> Vec<String> {
    migrations::bring_up_to_date(connection).await.expect("up");
    let all = u32::try_from(Migrator::migrations().len()).expect("few");
    Migrator::down(connection, Some(all - BEFORE_CARE_TEAMS)).await.expect("back");
    fill.execute_unprepared(rows).await.expect("people and clients");
    migrations::bring_up_to_date(connection).await.expect("up to date");
    schema(fill, "SELECT 'in care' FROM care_team_members").await
}

#[tokio::test]
async fn whoever_saw_a_client_before_care_teams_sees_them_after_the_update_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = DatabaseTarget::Sqlite(folder.path().join("test.sqlite"));
    let connection = Database::connect(&target).await.expect("the database answers");
    let rows = lived_in(|id| format!("x'{id:032x}'"), "x'00'");
    assert_eq!(update(&connection, &rows, &connection).await.len(), 2);
    assert_eq!(schema(&connection, "SELECT 'kept' FROM audit_events").await.len(), 2);
}

#[tokio::test]
async fn whoever_saw_a_client_before_care_teams_sees_them_after_the_update_on_postgres() {
    let Some(own) = OwnDatabase::create().await else { return };
    // Made by an administrator of the server, for an owner who may do nothing but own it.
    let administrator = Database::connect(&DatabaseTarget::Postgres { url: own.url.clone(), pool: 1 }).await;
    let administrator = administrator.expect("the database answers");
    migrations::bring_up_to_date(&administrator).await.expect("the software's role is there");
    Migrator::down(&administrator, None).await.expect("and nothing else");
    let (_, database) = own.url.rsplit_once('/').expect("an address");
    let (_, place) = own.url.rsplit_once('@').expect("an address with a person");
    let role = database.replace("mindscribe_", "owner_");
    let made = format!(
        "DROP TABLE IF EXISTS seaql_migrations; CREATE ROLE {role} LOGIN PASSWORD 'owner'; \
         ALTER DATABASE {database} OWNER TO {role}; GRANT mindscribe_app TO {role}"
    );
    administrator.execute_unprepared(&made).await.expect("an owner");
    let owner = DatabaseTarget::Postgres { url: format!("postgres://{role}:owner@{place}"), pool: 2 };
    let owner = Database::connect(&owner).await.expect("the owner is let in");
    let rows = lived_in(|id| format!("'{:032x}'", u32::from(id)), "'\\x00'");
    assert_eq!(update(&owner, &rows, &administrator).await.len(), 2);
    let places = "SELECT tableoid::regclass::text FROM audit_events ORDER BY id";
    assert_eq!(schema(&administrator, places).await, ["audit_events_others", "audit_events_2026"]);
    let open = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace \
                AND relrowsecurity AND NOT relforcerowsecurity";
    assert_eq!(schema(&administrator, open).await, Vec::<String>::new(), "the owner is held again");
    owner.close().await.expect("closed");
    let gone =
        format!("DROP OWNED BY {role}; ALTER DATABASE {database} OWNER TO CURRENT_USER; DROP ROLE {role}");
    administrator.execute_unprepared(&gone).await.expect("gone");
    administrator.close().await.expect("closed");
    own.remove().await;
}
