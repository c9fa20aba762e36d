//! Claims about sessions.

use ::testing::everywhere;
use chrono::TimeDelta;
use shared::{
    encounters::{EditEncounter, Setting},
    page::PageQuery,
};

use super::*;
use crate::testing::{client, encounter, new_encounter};

#[tokio::test]
async fn a_session_is_read_back_with_its_clients_in_their_order() {
    everywhere(async |bench| {
        let (ada, grace) = (client(bench, "Lovelace").await, client(bench, "Hopper").await);
        let id = encounter(bench, &[grace, ada]).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let session = load(&mut tx, granted, id).await.expect("the session");
        assert_eq!(session.client_ids, [grace, ada]);
        assert_eq!(session.participants.len(), 1);
        assert!(!session.locked);
        assert_eq!(chart_of(&tx, id).await.expect("known"), Some(grace));
    })
    .await;
}

#[tokio::test]
async fn a_session_of_another_practices_client_cannot_be_added() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        let (mut tx, granted) = bench.as_stranger().await;
        let refused = create(&mut tx, granted, new_encounter(vec![ada])).await;
        assert!(matches!(refused, Err(CreateError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn another_practices_session_is_not_found() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        let id = encounter(bench, &[ada]).await;
        let (mut tx, granted) = bench.as_stranger().await;
        assert!(matches!(load(&mut tx, granted, id).await, Err(LoadError::NotFound)));
        let write = bench.stranger_from_another_practice().require().expect("may");
        let edited = edit(&mut tx, write, id, EditEncounter::default()).await;
        assert!(matches!(edited, Err(EditError::NotFound)));
        assert!(
            list(&mut tx, granted, Some(ada), &PageQuery::default()).await.expect("a page").items.is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn a_session_needs_a_client_and_names_none_twice() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        for wrong in [vec![], vec![ada, ada]] {
            let (mut tx, granted) = bench.as_therapist().await;
            let refused = create(&mut tx, granted, new_encounter(wrong)).await;
            assert!(matches!(refused, Err(CreateError::Invalid(_))));
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_for_a_client_holds_their_sessions_and_no_others() {
    everywhere(async |bench| {
        let (ada, grace) = (client(bench, "Lovelace").await, client(bench, "Hopper").await);
        let alone = encounter(bench, &[ada]).await;
        let both = encounter(bench, &[grace, ada]).await;
        let other = encounter(bench, &[grace]).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let mut ids = async |client| {
            let page = list(&mut tx, granted, client, &PageQuery::default()).await.expect("a page");
            page.items.into_iter().map(|session| session.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(Some(ada)).await, [both, alone]);
        assert_eq!(ids(None).await, [other, both, alone]);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_before_it_begins_is_refused() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        let id = encounter(bench, &[ada]).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let begin = EditEncounter {
            started_at: Some(tx.now()),
            setting: Some(Setting::Video),
            ..EditEncounter::default()
        };
        let changed = edit(&mut tx, granted, id, begin).await.expect("changed");
        assert_eq!(changed.setting, Setting::Video);
        assert_eq!(changed.cpt_code.as_deref(), Some("90834"), "what is left out stays");
        let end =
            EditEncounter { ended_at: Some(tx.now() - TimeDelta::hours(1)), ..EditEncounter::default() };
        assert!(matches!(edit(&mut tx, granted, id, end).await, Err(EditError::Invalid(_))));
    })
    .await;
}
