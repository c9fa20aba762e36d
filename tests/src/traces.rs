//! Looks for marked data in everything that a server leaves behind.

use std::path::{Path, PathBuf};

use access::{Database, DatabaseTarget};
use base64::Engine as _;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use crate::TestApp;

/// A text that occurs nowhere but where a test put it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark(pub String);

/// Where a mark was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// The mark.
    pub mark: String,
    /// File, table or log line.
    pub place: String,
}

impl Mark {
    /// A mark for one field.
    pub fn of(field: &str) -> Self {
        Self(format!("Zq{}xw", field.replace('_', "")))
    }

    /// The ways in which the mark could stand somewhere: as it is, in hexadecimal, in base64 at each
    /// of the three places where its bytes could begin.
    fn forms(&self) -> Vec<String> {
        let hex = hex::encode(&self.0);
        let mut forms =
            vec![self.0.clone(), self.0.to_lowercase(), self.0.to_uppercase(), hex.to_uppercase(), hex];
        for shift in 0..3 {
            let shifted = [vec![b' '; shift], self.0.clone().into_bytes()].concat();
            let coded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(shifted);
            // The first and the last characters also depend on the neighbours.
            forms.push(coded[shift + 1..coded.len() - 2].to_owned());
        }
        forms
    }

    /// Whether bytes hold the mark in some form.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.forms().iter().any(|form| contains(bytes, form.as_bytes()))
    }
}

impl TestApp {
    /// Every place where one of the marks stands readable: files of the data folder, rows, log lines.
    pub async fn find_marks(&self, marks: &[Mark]) -> Vec<Find> {
        let mut finds = in_files(&self.data(), marks);
        if let Some(own) = &self.own {
            finds.extend(in_tables(&own.url, marks).await);
        }
        for line in self.logs.lines() {
            finds.extend(find(marks, line.as_bytes(), || format!("log line {line}")));
        }
        finds
    }

    /// The files of the data folder that hold these bytes.
    pub fn files_holding(&self, bytes: &[u8]) -> Vec<PathBuf> {
        let holds = |file: &PathBuf| contains(&std::fs::read(file).expect("a readable file"), bytes);
        files(&self.data()).into_iter().filter(holds).collect()
    }

    /// The files of the data folder whose path holds this word.
    pub fn files_named(&self, word: &str) -> Vec<PathBuf> {
        files(&self.data()).into_iter().filter(|file| file.to_string_lossy().contains(word)).collect()
    }

    /// The numbers of rows of a table, over all practices.
    pub async fn count(&self, table: &str) -> u64 {
        let count = self.query(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}")).await;
        count.first().and_then(|count| count.parse().ok()).expect("a number")
    }

    /// Does to the database what somebody does who owns it.
    pub async fn attack(&self, statements: &str) -> Result<(), String> {
        let target = match &self.own {
            Some(own) => DatabaseTarget::Postgres { url: own.url.clone(), pool: 1 },
            None => DatabaseTarget::Sqlite(self.data().join("mindscribe.sqlite")),
        };
        let connection = Database::connect(&target).await.expect("the database answers");
        let done = connection.execute_unprepared(statements).await;
        connection.close().await.expect("closed");
        done.map(drop).map_err(|error| error.to_string())
    }

    /// The first column, a text, of every row that a query finds.
    pub async fn query(&self, query: &str) -> Vec<String> {
        let target = match &self.own {
            Some(own) => DatabaseTarget::Postgres { url: own.url.clone(), pool: 1 },
            None => DatabaseTarget::Sqlite(self.data().join("mindscribe.sqlite")),
        };
        let connection = Database::connect(&target).await.expect("the database answers");
        let texts = texts(&connection, query).await;
        connection.close().await.expect("closed");
        texts
    }
}

/// Every file below a folder that holds a mark.
pub(crate) fn in_files(folder: &Path, marks: &[Mark]) -> Vec<Find> {
    let mut finds = Vec::new();
    for file in files(folder) {
        let bytes = std::fs::read(&file).expect("a readable file");
        finds.extend(find(marks, &bytes, || file.display().to_string()));
        finds.extend(find(marks, file.as_os_str().as_encoded_bytes(), || {
            format!("the name of {}", file.display())
        }));
    }
    finds
}

/// Every row of every table, of whatever schema, that holds a mark.
async fn in_tables(url: &str, marks: &[Mark]) -> Vec<Find> {
    let target = DatabaseTarget::Postgres { url: url.to_owned(), pool: 1 };
    let connection = Database::connect(&target).await.expect("the database answers");
    let tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
                  WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let mut finds = Vec::new();
    for table in texts(&connection, tables).await {
        // A row as text shows its binary columns in hexadecimal.
        for row in texts(&connection, &format!("SELECT t::text FROM {table} t")).await {
            finds.extend(find(marks, row.as_bytes(), || format!("a row of {table}")));
        }
    }
    connection.close().await.expect("closed");
    finds
}

async fn texts(connection: &DatabaseConnection, query: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let rows = connection.query_all_raw(statement).await.expect("the query runs");
    rows.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect()
}

fn find(marks: &[Mark], bytes: &[u8], place: impl Fn() -> String) -> Vec<Find> {
    let hit = |mark: &&Mark| mark.is_in(bytes);
    marks.iter().filter(hit).map(|mark| Find { mark: mark.0.clone(), place: place() }).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    let Some(first) = text.first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(text) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_in_every_form_and_nowhere_else() {
        let mark = Mark::of("given_name");
        for shift in 0..4 {
            let text = format!("{}{} and more", "~".repeat(shift), mark.0);
            assert!(mark.is_in(text.as_bytes()));
            assert!(mark.is_in(hex::encode(&text).as_bytes()));
            let coded = base64::engine::general_purpose::STANDARD.encode(&text);
            assert!(mark.is_in(coded.as_bytes()), "{coded}");
        }
        assert!(!mark.is_in(b"nothing of that kind"));
    }
}
