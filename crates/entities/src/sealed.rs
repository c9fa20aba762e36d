//! Which columns hold sealed fields, and what row each is bound to: for sealing them anew under another data key.

use uuid::Uuid;

use crate::{Chart, KEPT_AFTER_CHART, tables};

/// A table with sealed columns.
#[derive(Debug)]
pub struct SealedTable {
    /// Its name, which is bound to every field.
    pub name: &'static str,
    /// The columns that identify a row.
    pub key: &'static [&'static str],
    /// The sealed ones.
    pub columns: &'static [&'static str],
    /// The column that names the practice under whose key they are; `None` for those under the server's own.
    pub practice: Option<&'static str>,
}

impl SealedTable {
    /// The row that fields are bound to, of the values of [`SealedTable::key`]: an id, and of a piece its ordinal.
    pub fn row(&self, id: Uuid, ordinal: Option<i32>) -> Uuid {
        ordinal.map_or(id, |ordinal| piece_row(id, ordinal))
    }

    /// In SQL, the secret of the chart that a row `t` belongs to, which goes into what is sealed of it; `None` where that
    /// belongs to nobody's chart, or outlives it.
    pub fn secret(&self) -> Option<String> {
        let provenance = |name: &str| tables().into_iter().find(|it| it.name == name).map(|it| it.provenance);
        let keys = |chart, row: &str| match chart {
            Chart::Client(column) => Some(("client_keys", format!("k.client_id = {row}.{column}"))),
            Chart::Encounter(column) => Some(("encounter_keys", format!("k.encounter_id = {row}.{column}"))),
            Chart::Nobody | Chart::Part(..) => None,
        };
        let chart = provenance(self.name).filter(|_| !KEPT_AFTER_CHART.contains(&self.name))?;
        let (from, same) = match chart {
            Chart::Part(column, whole) => {
                let (keys, same) = keys(provenance(whole)?, "w")?;
                let from =
                    format!("{whole} AS w JOIN {keys} AS k ON k.practice_id = w.practice_id AND {same}");
                (from, format!("w.practice_id = t.practice_id AND w.id = t.{column}"))
            }
            chart => {
                let (keys, same) = keys(chart, "t")?;
                (format!("{keys} AS k"), format!("k.practice_id = t.practice_id AND {same}"))
            }
        };
        Some(format!("(SELECT k.secret FROM {from} WHERE {same})"))
    }
}

/// The row that a piece's text is bound to: the recording and which of its pieces it is.
pub fn piece_row(recording: Uuid, ordinal: i32) -> Uuid {
    Uuid::from_u128(recording.as_u128() ^ u128::from(ordinal.unsigned_abs() + 1))
}

macro_rules! sealed {
    ($($table:ident $key:tt $(by $practice:literal)? $(of $server:ident)?: $($column:ident),+;)+) => {
        /// Every table with sealed columns.
        pub const SEALED_TABLES: &[SealedTable] = &[$(SealedTable {
            name: stringify!($table),
            key: &$key,
            columns: &[$(stringify!($column)),+],
            practice: sealed!(@ $($practice)? $($server)?),
        }),+];
    };
    (@ server) => { None };
    (@ $practice:literal) => { Some($practice) };
    (@) => { Some("practice_id") };
}

sealed! {
    access_reviews ["id"]: note;
    activity_findings ["id"]: client, note;
    addenda ["id"]: text, author_name;
    ai_orders ["id"]: reason;
    ai_systems ["id"]: service_key;
    amendments ["id"]: change, reason, extension_reason, answer, others_told, statement, rebuttal;
    api_keys ["id"]: name;
    client_deletions ["id"]: words, kept_because;
    clients ["id"]: given_name, family_name, date_of_birth, email, phone, pronouns, external_id;
    consents ["id"]: participants;
    disclosures ["id"]: recipient, address, what, words, frequency, suspended_words;
    emergency_accesses ["id"]: reason, attestation, verdict_note;
    encounters ["id"]: participants;
    evidence ["id"]: kept;
    incident_entries ["id"]: content;
    incidents ["id"]: opened;
    invitations ["id"]: email;
    legal_holds ["id"]: reason, release_reason;
    mails ["id"]: message;
    notes ["id"]: content, signer_name, co_signer_name, given_back, dismissals;
    passkeys ["id"] of server: name, credential;
    password_reset_asks ["id"] of server: email;
    pieces ["recording_id", "ordinal"]: heard;
    practices ["id"] by "id": name, privacy_contact;
    record_requests ["id"]: asker_words, extension_reason, answer;
    recordings ["id"]: spans, peaks, quality, turns, left_out;
    roles ["id"]: name;
    segments ["id"]: text;
    speakers ["id"]: label;
    sso_attempts ["id"]: kept;
    sso_connections ["id"]: client_secret;
    totp_factors ["user_id"] of server: secret;
    uploads ["id"]: filename;
    users ["id"] of server: email, name;
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    #[test]
    fn every_sealed_column_of_a_model_is_named() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let mut found = BTreeSet::new();
        for file in fs::read_dir(folder).expect("the sources").map(|file| file.expect("a file").path()) {
            let text = fs::read_to_string(&file).expect("readable");
            let Some((_, rest)) = text.split_once("table_name = \"") else { continue };
            let table = rest.split('"').next().expect("a name").to_owned();
            for line in text.lines().filter(|line| line.contains(": Sealed,") || line.contains("<Sealed>,")) {
                let column = line.trim().trim_start_matches("pub ").split(':').next().expect("a name");
                found.insert((table.clone(), column.to_owned()));
            }
        }
        let named: BTreeSet<_> = SEALED_TABLES
            .iter()
            .flat_map(|table| {
                table.columns.iter().map(|column| (table.name.to_owned(), (*column).to_owned()))
            })
            .collect();
        assert_eq!(found, named);
        assert!(named.len() > 40);
    }
}
