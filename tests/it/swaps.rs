//! Ciphertexts of the database moved to another row, column, table, practice or key: none opens there, and whoever asks
//! for it gets an error and not somebody else's words.

use access::{Database, SealedColumn};
use crypto::{DataKey, Zeroizing};
use entities::SEALED_TABLES;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement, Value};
use serde_json::json;
use shared::PracticeId;
use tests::{Person, TestApp};
use uuid::Uuid;

use crate::backups::lived_in;

tests::on_both! {
    no_sealed_field_opens_in_the_place_of_another,
    a_field_that_was_moved_or_altered_is_an_error_and_nobody_elses_words,
}

/// A sealed field and where it belongs.
pub struct Field {
    pub place: SealedColumn,
    pub row: Uuid,
    pub sealed: Vec<u8>,
    /// Of the chart that it belongs to.
    secret: Option<Vec<u8>>,
}

impl Field {
    /// The key that it is sealed under.
    pub fn key(&self, practice: &DataKey) -> DataKey {
        let Some(secret) = &self.secret else { return practice.clone() };
        let secret: [u8; 32] = secret.as_slice().try_into().expect("32 bytes");
        practice.of_chart(Zeroizing::new(secret).into())
    }
}

/// Every sealed field of the database under a practice's key.
pub async fn fields(connection: &DatabaseConnection) -> Vec<Field> {
    let mut all = Vec::new();
    for table in SEALED_TABLES.iter().filter(|table| table.practice.is_some()) {
        for column in table.columns {
            let secret = table.secret();
            let sql = format!(
                "SELECT {}, {column} AS sealed, {} AS chart_secret FROM {} AS t WHERE {column} IS NOT NULL",
                table.key.join(", "),
                secret.as_deref().unwrap_or("CAST(NULL AS BYTEA)"),
                table.name
            );
            let select = Statement::from_string(connection.get_database_backend(), sql);
            for row in connection.query_all_raw(select).await.expect("rows") {
                let ordinal = table.key.get(1).map(|name| row.try_get::<i32>("", name).expect("a number"));
                let id: Uuid = row.try_get("", table.key[0]).expect("an id");
                let place = SealedColumn::new(table.name, column);
                let sealed = row.try_get("", "sealed").expect("bytes");
                let found: Option<Vec<u8>> = row.try_get("", "chart_secret").expect("bytes");
                assert_eq!(found.is_some(), secret.is_some(), "a chart without its secret: {place:?}");
                all.push(Field { place, row: table.row(id, ordinal), sealed, secret: found });
            }
        }
    }
    all
}

pub async fn key_of(app: &TestApp, person: &Person) -> DataKey {
    let me = person.get("/me").await.ok();
    let practice = me["practice"]["id"].as_str().expect("a practice").parse().expect("an id");
    app.app.database.key_of(PracticeId(practice)).await.expect("a key")
}

async fn no_sealed_field_opens_in_the_place_of_another(app: &TestApp) {
    let owner = app.therapist().await;
    lived_in(&owner).await;
    let connection = Database::connect(&app.app.config.data.database).await.expect("it answers");
    let mine = fields(&connection).await;
    let tables: std::collections::BTreeSet<_> = mine.iter().map(|field| field.place.table).collect();
    assert!(mine.len() >= 20 && tables.len() >= 8, "{} in {tables:?}", mine.len());
    let key = key_of(app, &owner).await;
    for (here, place) in mine.iter().enumerate() {
        // With the practice's key alone nothing of a chart opens.
        assert_eq!(key.open(place.place, place.row, &place.sealed).is_ok(), place.secret.is_none());
        let key = place.key(&key);
        for (there, field) in mine.iter().enumerate() {
            let opened = key.open(place.place, place.row, &field.sealed).is_ok();
            assert_eq!(opened, here == there, "{:?} in the place of {:?}", field.place, place.place);
        }
    }
    let Some(stranger) = app.stranger_from_another_practice().await else { return };
    let theirs = key_of(app, &stranger).await;
    for field in &mine {
        assert!(field.key(&theirs).open(field.place, field.row, &field.sealed).is_err(), "{:?}", field.place);
    }
}

async fn change(connection: &DatabaseConnection, column: &str, id: &str, sealed: Vec<u8>) {
    let id: Uuid = id.parse().expect("an id");
    let sql = format!("UPDATE clients SET {column} = $1 WHERE id = $2");
    let values = [Value::from(sealed), id.into()];
    let update = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    assert_eq!(connection.execute_raw(update).await.expect("an update").rows_affected(), 1);
}

async fn a_field_that_was_moved_or_altered_is_an_error_and_nobody_elses_words(app: &TestApp) {
    let owner = app.therapist().await;
    let mut ids = Vec::new();
    for name in ["Ada", "Grace"] {
        let form = json!({ "given_name": name, "family_name": format!("{name}son") });
        let made = owner.post("/clients", &form).await.created();
        ids.push(made["id"].as_str().expect("an id").to_owned());
    }
    let connection = Database::connect(&app.app.config.data.database).await.expect("it answers");
    let all = fields(&connection).await;
    let sealed = |column: &str, id: &str| {
        let row: Uuid = id.parse().expect("an id");
        let found = all.iter().find(|field| field.row == row && field.place.column == column);
        found.expect("a field").sealed.clone()
    };
    let own = sealed("given_name", &ids[0]);
    let practice = all.iter().find(|field| field.place.table == "practices").expect("a name").sealed.clone();
    let mut attacks = vec![
        ("another row's", sealed("given_name", &ids[1])),
        ("another column's", sealed("family_name", &ids[0])),
        ("another table's", practice),
        ("nothing", Vec::new()),
        ("cut off", own[..own.len() - 1].to_vec()),
    ];
    for at in 0..own.len() {
        let mut flipped = own.clone();
        flipped[at] ^= 1;
        attacks.push(("a flipped bit", flipped));
    }
    let path = format!("/clients/{}", ids[0]);
    for (what, bytes) in attacks {
        change(&connection, "given_name", &ids[0], bytes).await;
        let refused = owner.get(&path).await;
        assert_eq!(refused.status, 500, "{what}: {}", refused.text());
        assert!(!refused.text().contains("Grace") && !refused.text().contains("Ada"), "{what}");
    }
    change(&connection, "given_name", &ids[0], own).await;
    assert_eq!(owner.get(&path).await.ok()["given_name"], "Ada");
}
