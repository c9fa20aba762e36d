//! The second wall between practices, on PostgreSQL: every table with a `practice_id` shows the
//! software's role the rows of one practice, the one that the transaction names. It is raised on
//! whatever tables there are, so that a new one cannot be forgotten.

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

/// Run after the migrations, by the owner of the tables; changes nothing where the walls stand.
///
/// - `FORCE`, because a table's owner is not held by its policies otherwise; migrations are let pass before.
/// - `nullif`: after a transaction the setting is empty rather than unset, and no id is empty.
/// - `whose_practice` opens, to reading alone, the tables by which it is found out which practice a
///   token, a sign-in or a job belongs to. Nothing else is to be read before that is known.
/// - The role owns nothing and may not bypass policies. It cannot log in: the owner of the tables, or
///   an account that is a member of it, becomes it (`SET ROLE`).
/// - What has been recorded in the audit trail it can read, and neither change nor remove; triggers refuse the same to
///   everybody else, but for what a cut takes, which the owner of the tables removes.
/// - It reaches the table of a year only through the whole of which it is a part, and that one's policy.
const RAISE: &str = r"
DO $$
DECLARE
    walled text;
    own constant text := 'practice_id = nullif(current_setting(''app.practice_id'', true), '''')::uuid';
BEGIN
    IF to_regrole('mindscribe_app') IS NULL THEN
        BEGIN
            CREATE ROLE mindscribe_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END IF;
    IF NOT pg_has_role(current_user, 'mindscribe_app', 'MEMBER') THEN
        EXECUTE format('GRANT mindscribe_app TO %I', current_user);
    END IF;
    GRANT USAGE ON SCHEMA public TO mindscribe_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mindscribe_app;
    REVOKE ALL ON seaql_migrations FROM mindscribe_app;
    FOR walled IN
        SELECT c.relname::text FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM mindscribe_app', walled);
    END LOOP;
    REVOKE UPDATE, DELETE, TRUNCATE ON audit_events, audit_links, audit_cuts FROM mindscribe_app;
    FOR walled IN
        SELECT columns.table_name FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND column_name = 'practice_id' AND table_type = 'BASE TABLE'
        UNION SELECT 'practices'
        EXCEPT SELECT tablename::text FROM pg_policies WHERE schemaname = 'public' AND policyname = 'own_practice'
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('CREATE POLICY own_practice ON %I USING (%s) WITH CHECK (%2$s)', walled,
            CASE walled WHEN 'practices' THEN replace(own, 'practice_id = ', 'id = ') ELSE own END);
    END LOOP;
    FOR walled IN
        SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'
            AND tablename IN ('practices', 'memberships', 'invitations', 'auth_sessions', 'api_keys', 'roles', 'jobs', 'mails',
                'sso_connections', 'sso_domains', 'sso_attempts', 'deletions')
        EXCEPT SELECT tablename::text FROM pg_policies WHERE schemaname = 'public' AND policyname = 'whose_practice'
    LOOP
        EXECUTE format('CREATE POLICY whose_practice ON %I FOR SELECT USING (current_setting(''app.whose_practice'', true) = ''on'')', walled);
    END LOOP;
    FOR walled IN
        SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND relrowsecurity AND NOT relforcerowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
    END LOOP;
END $$";

/// Run before migrations, by the owner of the tables: what they copy from one table to another, they copy for
/// every practice. Nobody else gets past a policy by it, and [`RAISE`] takes it back, also after a crash.
const LET_OWNER_PASS: &str = r"
DO $$
DECLARE
    walled text;
BEGIN
    FOR walled IN
        SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', walled);
    END LOOP;
END $$";

/// Lets migrations, which the owner of the tables runs, see the rows of every practice.
///
/// # Errors
/// The database fails.
pub(crate) async fn let_owner_pass(connection: &DatabaseConnection) -> Result<(), DbErr> {
    connection.execute_unprepared(LET_OWNER_PASS).await.map(drop)
}

/// Raises the wall on every table of a PostgreSQL database that is missing it.
///
/// # Errors
/// The role is missing and the owner may not create it: then an administrator of the server runs
/// `CREATE ROLE mindscribe_app NOLOGIN; GRANT mindscribe_app TO <owner>` once.
pub(crate) async fn raise(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    connection.execute_unprepared(RAISE).await.map(drop)
}
