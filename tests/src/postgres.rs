//! A PostgreSQL database for one test.

use access::{Database, DatabaseTarget};
use clock::{Clock as _, SystemClock};
use sea_orm::ConnectionTrait as _;

/// The variable that names a PostgreSQL server on which databases may be created.
const SERVER: &str = "MINDSCRIBE_TEST_PG";

/// A database of this test's own.
#[derive(Debug)]
pub struct OwnDatabase {
    server: String,
    name: String,
    /// Where it is.
    pub url: String,
}

impl OwnDatabase {
    /// Makes one; says so and returns nothing where there is no server.
    pub async fn create() -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            println!("skipped: {SERVER} is not set");
            return None;
        };
        let name = format!("mindscribe_{}", SystemClock.new_id().simple());
        run(&server, &format!("CREATE DATABASE {name}")).await;
        let mut address: Vec<&str> = server.splitn(4, '/').collect();
        address.truncate(3);
        let url = format!("{}/{name}", address.join("/"));
        Some(Self { server, name, url })
    }

    /// Removes it, whoever is still connected.
    pub async fn remove(self) {
        run(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

async fn run(server: &str, statement: &str) {
    let target = DatabaseTarget::Postgres { url: server.to_owned(), pool: 1 };
    let connection = Database::connect(&target).await.expect("the PostgreSQL server answers");
    connection.execute_unprepared(statement).await.expect("the statement runs");
    connection.close().await.expect("closed");
}
