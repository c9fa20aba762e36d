//! Claims about clients.

use ::testing::everywhere;
use access::perm;
use shared::{
    ClientId, Phi,
    clients::{ClientFilter, EditClient, NewClient},
    page::PageQuery,
};

use super::*;
use crate::testing::{MARK, client, new_client};

#[tokio::test]
async fn a_client_is_read_back_as_written() {
    everywhere(async |bench| {
        let (mut tx, granted) = bench.as_therapist().await;
        let written = create(&mut tx, granted, new_client("Lovelace"), "US-CA", &[]).await.expect("a client");
        tx.commit().await.expect("kept");
        assert_eq!(written.jurisdiction, "US-CA");

        let (mut tx, granted) = bench.as_therapist().await;
        let read = load(&mut tx, granted, written.id).await.expect("the client");
        assert_eq!(read, written);
        assert_eq!(read.family_name.reveal(), "Lovelace");
        assert_eq!(read.date_of_birth.map(|date| date.reveal().to_string()).as_deref(), Some("1990-02-28"));
    })
    .await;
}

#[tokio::test]
async fn nothing_readable_is_in_the_database_file() {
    everywhere(async |bench| {
        client(bench, MARK).await;
        assert!(bench.holds("US-CA").await, "the search finds what is not sealed");
        for secret in [MARK, "ada@example.com", "555 0100", "she/her", "1990-02-28"] {
            assert!(!bench.holds(secret).await, "{secret}");
        }
    })
    .await;
}

#[tokio::test]
async fn another_practices_client_is_not_found() {
    everywhere(async |bench| {
        let id = client(bench, "Lovelace").await;
        let (mut tx, granted) = bench.as_stranger().await;
        assert!(matches!(load(&mut tx, granted, id).await, Err(LoadError::NotFound)));
        assert!(
            list(&mut tx, granted, &ClientFilter::default(), &PageQuery::default())
                .await
                .expect("a page")
                .items
                .is_empty()
        );
        let write = bench.stranger_from_another_practice().require().expect("may");
        let edited = edit(&mut tx, write, id, EditClient::default()).await;
        assert!(matches!(edited, Err(EditError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn an_auditor_may_not_even_ask_for_a_client() {
    let bench = ::testing::TestDatabase::new().await;
    assert!(bench.auditor().require::<perm::ReadClients>().is_err());
    assert!(bench.therapist().require::<perm::ReadClients>().is_ok());
}

#[tokio::test]
async fn what_is_left_out_stays_and_what_is_null_is_cleared() {
    everywhere(async |bench| {
        let id = client(bench, "Lovelace").await;
        bench.clock.advance(chrono::TimeDelta::minutes(1));
        let (mut tx, granted) = bench.as_therapist().await;
        let change =
            EditClient { given_name: Some(Phi::from("Augusta")), email: Some(None), ..EditClient::default() };
        edit(&mut tx, granted, id, change).await.expect("changed");
        tx.commit().await.expect("kept");

        let (mut tx, granted) = bench.as_therapist().await;
        let client = load(&mut tx, granted, id).await.expect("the client");
        assert_eq!(client.given_name.reveal(), "Augusta");
        assert_eq!(client.family_name.reveal(), "Lovelace");
        assert_eq!(client.email, None);
        assert!(client.phone.is_some());
        assert!(client.updated_at > client.created_at);
    })
    .await;
}

#[tokio::test]
async fn a_client_without_a_name_is_refused_field_by_field() {
    let bench = ::testing::TestDatabase::new().await;
    let (mut tx, granted) = bench.as_therapist().await;
    let wrong = NewClient {
        given_name: Phi::from(" "),
        family_name: Phi::new("x".repeat(101)),
        email: Some(Phi::from("nobody")),
        jurisdiction: Some("California".into()),
        date_of_birth: "2090-01-01".parse().ok().map(Phi::new),
        ..NewClient::default()
    };
    let Err(CreateError::Invalid(problems)) = create(&mut tx, granted, wrong, "US-CA", &[]).await else {
        panic!("it was taken");
    };
    let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["given_name", "family_name", "date_of_birth", "email", "jurisdiction"]);
}

#[tokio::test]
async fn pages_show_every_client_once_newest_first() {
    everywhere(async |bench| {
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(client(bench, "Lovelace").await);
        }
        ids.reverse();
        let mut seen = Vec::new();
        let mut query = PageQuery { limit: Some(2), cursor: None };
        loop {
            let (mut tx, granted) = bench.as_therapist().await;
            let page = list(&mut tx, granted, &ClientFilter::default(), &query).await.expect("a page");
            tx.commit().await.expect("kept");
            // Somebody adds a client meanwhile: it is no part of the pages that follow.
            client(bench, "Newcomer").await;
            seen.extend(page.items.into_iter().map(|client| client.id));
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, ids);
    })
    .await;
}

#[tokio::test]
async fn everything_done_with_a_client_is_recorded() {
    everywhere(async |bench| {
        let id = client(bench, "Lovelace").await;
        let (mut tx, granted) = bench.as_therapist().await;
        load(&mut tx, granted, id).await.expect("the client");
        let (listed, changed) = (bench.therapist().require(), bench.therapist().require());
        list(&mut tx, listed.expect("may"), &ClientFilter::default(), &PageQuery::default())
            .await
            .expect("a page");
        edit(&mut tx, changed.expect("may"), id, EditClient::default()).await.expect("changed");
        tx.commit().await.expect("kept");
        let recorded = bench.recorded().await;
        assert_eq!(recorded[2..], ["client_created", "client_read", "clients_listed", "client_edited"]);
    })
    .await;
}

#[tokio::test]
async fn a_field_moved_to_another_client_does_not_open() {
    everywhere(async |bench| {
        let id = client(bench, "Lovelace").await;
        client(bench, "Byron").await;
        bench
            .tamper(
                "UPDATE clients SET family_name = (SELECT family_name FROM clients ORDER BY id DESC LIMIT 1)",
            )
            .await;
        let (mut tx, granted) = bench.as_therapist().await;
        assert!(matches!(load(&mut tx, granted, id).await, Err(LoadError::Access(_))));
    })
    .await;
}

/// The family names of those who are found.
async fn found(bench: &::testing::TestDatabase, typed: &str) -> Vec<String> {
    let (mut tx, granted) = bench.as_therapist().await;
    let filter = ClientFilter { q: Some(Phi::from(typed)) };
    let page = list(&mut tx, granted, &filter, &PageQuery::default()).await.expect("a page");
    tx.commit().await.expect("kept");
    page.items.into_iter().map(|client| client.family_name.into_inner()).collect()
}

async fn named(
    bench: &::testing::TestDatabase,
    given: &str,
    family: &str,
    external_id: Option<&str>,
) -> ClientId {
    let (mut tx, granted) = bench.as_therapist::<perm::WriteClients>().await;
    let new = NewClient {
        given_name: Phi::from(given),
        family_name: Phi::from(family),
        email: given.is_ascii().then(|| Phi::new(format!("{given}@example.com"))),
        external_id: external_id.map(Phi::from),
        ..NewClient::default()
    };
    let client = create(&mut tx, granted, new, "US-CA", &[]).await.expect("a client");
    tx.commit().await.expect("kept");
    client.id
}

#[tokio::test]
async fn a_client_is_found_by_how_their_names_begin_by_mail_and_by_id() {
    everywhere(async |bench| {
        named(bench, "Ada", "Lovelace", Some("MRN-17")).await;
        named(bench, "Élodie", "O'Neil-Łukasiewicz", None).await;
        named(bench, "小龙", "李", None).await;
        named(bench, "Hubert", "Wolfeschlegelsteinhausen", None).await;
        named(bench, "Hubertine", "Wolfeschlegelmacher", None).await;
        for (typed, meant) in [
            ("lov", &["Lovelace"][..]),
            ("LOVE ad", &["Lovelace"]),
            ("elod", &["O'Neil-Łukasiewicz"]),
            ("neil E\u{301}lodie", &["O'Neil-Łukasiewicz"]),
            ("李", &["李"]),
            ("ada@EXAMPLE.com", &["Lovelace"]),
            ("mrn-17", &["Lovelace"]),
            ("hub wolfeschlegels", &["Wolfeschlegelsteinhausen"]),
            ("hub wolfeschlegel", &["Wolfeschlegelmacher", "Wolfeschlegelsteinhausen"]),
            (
                "  ",
                &["Wolfeschlegelmacher", "Wolfeschlegelsteinhausen", "李", "O'Neil-Łukasiewicz", "Lovelace"],
            ),
        ] {
            assert_eq!(found(bench, typed).await, meant, "{typed}");
        }
        for nobody in ["velace", "ada byron", "ada@example", "17", "l", "%", "'; --"] {
            assert!(found(bench, nobody).await.is_empty(), "{nobody}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_changed_name_is_found_and_the_old_one_is_not() {
    everywhere(async |bench| {
        let id = named(bench, "Ada", "Byron", None).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let change = EditClient { family_name: Some(Phi::from("Lovelace")), ..EditClient::default() };
        edit(&mut tx, granted, id, change).await.expect("changed");
        tx.commit().await.expect("kept");
        assert!(found(bench, "byron").await.is_empty());
        assert_eq!(found(bench, "lovelace").await, ["Lovelace"]);
    })
    .await;
}

#[tokio::test]
async fn another_practice_finds_nobody() {
    everywhere(async |bench| {
        named(bench, "Ada", "Lovelace", None).await;
        let (mut tx, granted) = bench.as_stranger().await;
        let filter = ClientFilter { q: Some(Phi::from("lovelace")) };
        assert!(
            list(&mut tx, granted, &filter, &PageQuery::default()).await.expect("a page").items.is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn who_is_from_before_there_was_a_search_is_found_once_they_are_marked() {
    everywhere(async |bench| {
        named(bench, "Ada", "Lovelace", None).await;
        bench.tamper("DELETE FROM client_marks").await;
        assert!(found(bench, "lovelace").await.is_empty());
        for marked in [1, 0] {
            let mut tx = bench.begin(bench.pipeline()).await;
            assert_eq!(mark_unmarked(&mut tx).await.expect("marked"), marked);
            tx.commit().await.expect("kept");
        }
        assert_eq!(found(bench, "lovelace").await, ["Lovelace"]);
    })
    .await;
}
