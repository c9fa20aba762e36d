//! Two walls stand between practices: queries that name the practice, and PostgreSQL's row-level
//! security. Each is proven with the other one down.

use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions as _, PgConnection, postgres::PgConnectOptions};
use tests::{Backend, OwnDatabase, TestApp};

use super::tenancy::{crawl, lived_in};

/// Tables that are of no single practice, and why.
const OF_NO_PRACTICE: &[(&str, &str)] = &[
    ("data_keys", "holds wrapped keys, also the server's own"),
    ("passkey_challenges", "wait for an answer before anybody is known"),
    ("passkeys", "are a person's, who may work in several practices"),
    ("password_reset_asks", "wait before it is known whether there is an account"),
    ("password_resets", "are of an account, which may be in several practices"),
    ("practices", "its id is the practice; it has policies of its own"),
    ("recovery_codes", "are a person's, who may work in several practices"),
    ("seaql_migrations", "the schema's history; the software's role cannot reach it"),
    ("sign_in_throttles", "counts attempts before anybody is known"),
    ("totp_factors", "is a person's, who may work in several practices"),
    ("users", "a person may work in several practices"),
];
/// Of a table in parts, the whole: its parts are not for the software to reach.
const WHOLE: &str = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
    AND a.attname = 'practice_id' ORDER BY 1";
const WALLED: &str = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'practice_id' ORDER BY 1";

async fn connect(url: &str, role: Option<&str>) -> PgConnection {
    let options: PgConnectOptions = url.parse().expect("an address");
    options.options(role.map(|role| ("role", role))).connect().await.expect("the server answers")
}

async fn texts(connection: &mut PgConnection, query: impl Into<String>) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(query.into())).fetch_all(connection).await.expect("the query runs")
}

async fn count(connection: &mut PgConnection, table: &str, condition: &str) -> i64 {
    let query = format!("SELECT count(*) FROM {table} WHERE {condition}");
    sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(connection).await.expect("the query runs")
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<u64, sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(|done| done.rows_affected())
}

#[tokio::test]
async fn every_table_is_walled_or_says_why_not() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let mut owner = connect(app.database_url().expect("PostgreSQL"), None).await;
    let walled = texts(&mut owner, WALLED).await;
    assert!(walled.len() >= 20, "{walled:?}");
    let open = format!(
        "SELECT t FROM unnest(ARRAY{walled:?}) t JOIN pg_class c ON c.oid = t::regclass \
         WHERE NOT (relrowsecurity AND relforcerowsecurity) OR NOT EXISTS (SELECT FROM pg_policies \
            WHERE schemaname = 'public' AND tablename = t AND policyname = 'own_practice' AND cmd = 'ALL' \
            AND qual IS NOT NULL AND with_check IS NOT NULL)"
    );
    assert_eq!(texts(&mut owner, open.replace('"', "'")).await, Vec::<String>::new(), "without a wall");
    let all = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    let others: Vec<_> = texts(&mut owner, all).await.into_iter().filter(|it| !walled.contains(it)).collect();
    let excused: Vec<_> = OF_NO_PRACTICE.iter().map(|(table, _)| *table).collect();
    assert_eq!(others, excused);
    app.stop().await;
}

#[tokio::test]
async fn the_database_holds_where_a_query_forgets_the_practice() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let therapist = app.therapist().await;
    let stranger = app.stranger_from_another_practice().await.expect("PostgreSQL keeps many practices");
    lived_in(&therapist).await;
    lived_in(&stranger).await;
    let url = app.database_url().expect("PostgreSQL");
    let mut owner = connect(url, None).await;
    let practices = texts(&mut owner, "SELECT id::text FROM practices ORDER BY created_at").await;
    let [ours, theirs] = &practices[..] else { panic!("{practices:?}") };
    let mut software = connect(url, Some("mindscribe_app")).await;
    let mut rows = 0;
    for table in texts(&mut owner, WHOLE).await {
        assert_eq!(count(&mut software, &table, "true").await, 0, "{table} without a practice");
        run(&mut software, format!("SET app.practice_id = '{ours}'")).await.expect("set");
        let own = count(&mut owner, &table, &format!("practice_id = '{ours}'")).await;
        assert_eq!(count(&mut software, &table, "true").await, own, "{table}");
        rows += own;
        if !["audit_cuts", "audit_events", "audit_links"].contains(&table.as_str()) {
            let moved = format!("UPDATE {table} SET practice_id = '{theirs}'");
            assert!(own == 0 || run(&mut software, moved).await.is_err(), "rows of {table} can be moved");
            let foreign = format!("DELETE FROM {table} WHERE practice_id = '{theirs}'");
            assert_eq!(run(&mut software, foreign).await.expect("it runs"), 0, "{table}");
        }
        run(&mut software, "RESET app.practice_id".to_owned()).await.expect("reset");
    }
    assert!(rows > 40, "only {rows}");
    app.stop().await;
}

#[tokio::test]
async fn before_a_practice_is_known_there_is_only_a_little_to_read_and_nothing_to_change() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let therapist = app.therapist().await;
    lived_in(&therapist).await;
    let url = app.database_url().expect("PostgreSQL");
    let mut owner = connect(url, None).await;
    let mut software = connect(url, Some("mindscribe_app")).await;
    run(&mut software, "SET app.whose_practice = 'on'".to_owned()).await.expect("set");
    let mut readable = Vec::new();
    for table in texts(&mut owner, WHOLE).await {
        if count(&mut software, &table, "true").await > 0 {
            let ended = run(&mut software, format!("DELETE FROM {table}")).await.expect("it runs");
            assert_eq!(ended, 0, "{table}");
            readable.push(table);
        }
    }
    assert_eq!(
        readable,
        [
            "api_keys",
            "auth_sessions",
            "deletions",
            "invitations",
            "jobs",
            "mails",
            "memberships",
            "roles",
            "sso_connections",
            "sso_domains"
        ]
    );
    app.stop().await;
}

#[tokio::test]
async fn the_audit_trail_can_be_added_to_and_not_changed() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    app.therapist().await;
    let mut software = connect(app.database_url().expect("PostgreSQL"), Some("mindscribe_app")).await;
    for statement in [
        "UPDATE audit_events SET outcome = 'done'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "UPDATE audit_links SET total = 0",
        "DELETE FROM audit_links",
        "TRUNCATE audit_links",
        "UPDATE audit_cuts SET number = 0",
        "DELETE FROM audit_cuts",
        "TRUNCATE audit_cuts",
    ] {
        let refused = run(&mut software, statement.to_owned()).await.expect_err(statement);
        let code = refused.as_database_error().and_then(|error| error.code().map(String::from));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refused}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_year_of_the_audit_trail_is_reached_only_through_the_whole() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let therapist = app.therapist().await;
    lived_in(&therapist).await;
    let url = app.database_url().expect("PostgreSQL");
    let mut owner = connect(url, None).await;
    let mut software = connect(url, Some("mindscribe_app")).await;
    let practice = texts(&mut owner, "SELECT id::text FROM practices").await[0].clone();
    run(&mut software, format!("SET app.practice_id = '{practice}'")).await.expect("set");
    let years = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_events'::regclass";
    let years = texts(&mut owner, years).await;
    assert!(years.len() >= 3 && years.contains(&"audit_events_others".to_owned()), "{years:?}");
    for year in years {
        for statement in [
            format!("SELECT count(*) FROM {year}"),
            format!("INSERT INTO {year} SELECT * FROM audit_events"),
            format!("UPDATE {year} SET outcome = 'done'"),
            format!("DELETE FROM {year}"),
            format!("TRUNCATE {year}"),
        ] {
            let refused = run(&mut software, statement.clone()).await.expect_err(&statement);
            assert!(refused.to_string().contains("permission denied"), "{statement}: {refused}");
        }
        for statement in ["UPDATE {year} SET outcome = 'done'", "TRUNCATE {year}"] {
            let refused = run(&mut owner, statement.replace("{year}", &year)).await.expect_err(statement);
            assert!(refused.to_string().contains("is only added to"), "{statement}: {refused}");
        }
        let removed = run(&mut owner, format!("DELETE FROM {year}")).await;
        assert!(removed.is_err() || count(&mut owner, &year, "true").await == 0, "{year}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_queries_hold_where_the_wall_of_the_database_is_down() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let mut owner = connect(app.database_url().expect("PostgreSQL"), None).await;
    for table in texts(&mut owner, WHOLE).await {
        run(&mut owner, format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")).await.expect("down");
    }
    crawl(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_role_that_no_wall_holds_is_not_taken() {
    let Some(own) = OwnDatabase::create().await else { return };
    let target = access::DatabaseTarget::Postgres { url: own.url.clone(), pool: 1 };
    let connection = access::Database::connect(&target).await.expect("the database answers");
    migrations::bring_up_to_date(&connection).await.expect("up");
    connection.close().await.expect("closed");
    let mut owner = connect(&own.url, None).await;
    run(&mut owner, "ALTER TABLE clients OWNER TO mindscribe_app".to_owned()).await.expect("given");
    let keys = std::sync::Arc::new(crypto::KeyRing::for_testing());
    let opened = access::Database::open(&target, keys, std::sync::Arc::new(clock::SystemClock)).await;
    assert!(matches!(opened, Err(access::AccessError::Unwalled)), "{opened:?}");
    drop(owner);
    own.remove().await;
}

/// Whoever writes anything writes an event. If that referred to the practice, all writers of a practice would lock its row.
#[tokio::test]
async fn an_event_locks_no_row_of_practices() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let mut owner = connect(app.database_url().expect("PostgreSQL"), None).await;
    let referring = "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' \
                     AND confrelid = 'practices'::regclass AND conrelid::regclass::text LIKE 'audit_events%'";
    assert_eq!(texts(&mut owner, referring).await, [""; 0]);
    app.stop().await;
}

/// Columns by which a row says that it is of a client, or of something in a chart.
const OF_A_CHART: &str = "SELECT table_name || '.' || column_name FROM information_schema.columns \
    WHERE table_schema = 'public' AND column_name IN ('client_id', 'encounter_id', 'recording_id', 'transcript_id', \
    'note_id', 'segment_id', 'speaker_id') AND to_regclass(table_name) NOT IN (SELECT inhrelid FROM pg_inherits) \
    ORDER BY 1";

#[tokio::test]
async fn whatever_names_a_part_of_a_chart_goes_with_it_or_says_why_not() {
    let Some(app) = TestApp::start(Backend::Postgres).await else { return };
    let stays = [
        ("audit_events", "who did what outlives whom it was about"),
        ("sso_connections", "what a provider of sign-ins calls this server"),
    ];
    let mut owner = connect(app.database_url().expect("PostgreSQL"), None).await;
    let tables = entities::tables();
    for column in texts(&mut owner, OF_A_CHART).await {
        let (table, _) = column.split_once('.').expect("a table and a column");
        let goes = tables.iter().find(|it| it.name == table);
        let goes = goes.is_some_and(|it| !matches!(it.provenance, entities::Chart::Nobody));
        let is_excused = stays.iter().any(|(name, _)| *name == table);
        assert!(goes != is_excused, "{column}");
    }
    app.stop().await;
}
