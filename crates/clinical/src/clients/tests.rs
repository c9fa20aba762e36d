//! Claims about clients.

use ::testing::everywhere;
use access::perm;
use shared::{
    Phi,
    clients::{EditClient, NewClient},
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
        assert!(list(&mut tx, granted, &PageQuery::default()).await.expect("a page").items.is_empty());
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
            let page = list(&mut tx, granted, &query).await.expect("a page");
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
        list(&mut tx, listed.expect("may"), &PageQuery::default()).await.expect("a page");
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
