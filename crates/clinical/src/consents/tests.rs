//! Claims about consents.

use ::testing::everywhere;
use chrono::TimeDelta;
use shared::{
    consents::{ConsentKind, ConsentMethod, NewConsent, Standing},
    page::PageQuery,
};

use super::*;
use crate::testing::{MARK, client, consent, encounter, new_consent};

#[tokio::test]
async fn a_session_is_recorded_only_when_every_client_in_it_agreed() {
    everywhere(async |bench| {
        let (ada, grace) = (client(bench, "Lovelace").await, client(bench, "Hopper").await);
        let session = encounter(bench, &[ada, grace]).await;
        let tx = bench.begin(bench.therapist()).await;
        let refused = require_live_recording(&tx, session).await;
        assert!(matches!(refused, Err(RecordingConsentError::Missing)));
        tx.end().await.expect("ended");

        consent(bench, ada).await;
        let tx = bench.begin(bench.therapist()).await;
        let refused = require_live_recording(&tx, session).await;
        assert!(matches!(refused, Err(RecordingConsentError::Missing)), "one of two");
        tx.end().await.expect("ended");

        consent(bench, grace).await;
        let tx = bench.begin(bench.therapist()).await;
        require_live_recording(&tx, session).await.expect("both agreed");
        assert!(live(&tx, ada, ConsentKind::Recording).await.expect("known"));
        assert!(!live(&tx, ada, ConsentKind::AiProcessing).await.expect("known"), "another kind");
    })
    .await;
}

#[tokio::test]
async fn a_consent_taken_back_no_longer_counts_and_is_taken_back_once() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        let session = encounter(bench, &[ada]).await;
        let id = consent(bench, ada).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let revoked = revoke(&mut tx, granted, id).await.expect("taken back");
        assert_eq!(revoked.revoked_at, Some(tx.now()));
        tx.commit().await.expect("kept");

        let (mut tx, granted) = bench.as_therapist().await;
        let refused = require_live_recording(&tx, session).await;
        assert!(matches!(refused, Err(RecordingConsentError::Missing)));
        assert!(matches!(revoke(&mut tx, granted, id).await, Err(RevokeError::AlreadyRevoked { .. })));
        let read = bench.therapist().require().expect("may");
        let page = list(&mut tx, read, ada, &PageQuery::default()).await.expect("a page");
        assert_eq!(page.items.first(), Some(&revoked), "it stays on record");
        let read = bench.therapist().require().expect("may");
        assert_eq!(load(&mut tx, read, id).await.expect("the consent"), revoked);
    })
    .await;
}

#[tokio::test]
async fn a_session_agrees_as_far_as_the_client_who_agrees_least() {
    use Standing::{Aloud, InWriting, NeverAsked, TakenBack};
    everywhere(async |bench| {
        let (ada, grace) = (client(bench, "Lovelace").await, client(bench, "Hopper").await);
        let session = encounter(bench, &[ada, grace]).await;
        let standing = async || {
            let tx = bench.begin(bench.therapist()).await;
            let standings = standings(&tx, session).await.expect("known");
            tx.end().await.expect("ended");
            (standings.recording, standings.ai)
        };
        let asked = async |client, method| {
            let (mut tx, granted) = bench.as_therapist().await;
            let new = NewConsent { kind: ConsentKind::AiProcessing, method, ..new_consent(None) };
            let id = grant(&mut tx, granted, client, new).await.expect("a consent").id;
            tx.commit().await.expect("kept");
            id
        };
        assert_eq!(standing().await, (NeverAsked, NeverAsked));
        asked(ada, ConsentMethod::Written).await;
        assert_eq!(standing().await, (NeverAsked, NeverAsked), "one of two");
        let hers = asked(grace, ConsentMethod::Verbal).await;
        assert_eq!(standing().await, (NeverAsked, Aloud));
        asked(grace, ConsentMethod::Electronic).await;
        assert_eq!(standing().await, (NeverAsked, InWriting), "the further one counts");
        let (mut tx, granted) = bench.as_therapist().await;
        revoke(&mut tx, granted, hers).await.expect("taken back");
        tx.commit().await.expect("kept");
        assert_eq!(standing().await, (NeverAsked, InWriting), "what was signed still stands");
        let linda = client(bench, "Lamarr").await;
        let other = encounter(bench, &[linda]).await;
        let only = asked(linda, ConsentMethod::Written).await;
        let (mut tx, granted) = bench.as_therapist().await;
        revoke(&mut tx, granted, only).await.expect("taken back");
        assert_eq!(standings(&tx, other).await.expect("known").ai, TakenBack);
    })
    .await;
}

#[tokio::test]
async fn a_consent_given_in_the_future_is_refused_and_one_given_yesterday_counts() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        let (mut tx, granted) = bench.as_therapist().await;
        let tomorrow = new_consent(Some(tx.now() + TimeDelta::days(1)));
        assert!(matches!(grant(&mut tx, granted, ada, tomorrow).await, Err(GrantError::Invalid(_))));
        let yesterday = new_consent(Some(tx.now() - TimeDelta::days(1)));
        grant(&mut tx, granted, ada, yesterday).await.expect("a consent");
        assert!(live(&tx, ada, ConsentKind::Recording).await.expect("known"));
    })
    .await;
}

#[tokio::test]
async fn another_practices_consents_are_not_found() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        let session = encounter(bench, &[ada]).await;
        let id = consent(bench, ada).await;
        let (mut tx, granted) = bench.as_stranger().await;
        assert!(matches!(revoke(&mut tx, granted, id).await, Err(RevokeError::NotFound)));
        assert!(matches!(grant(&mut tx, granted, ada, new_consent(None)).await, Err(GrantError::NotFound)));
        let see = bench.stranger_from_another_practice().require().expect("may");
        assert!(matches!(load(&mut tx, see, id).await, Err(LoadError::NotFound)));
        let refused = require_live_recording(&tx, session).await;
        assert!(matches!(refused, Err(RecordingConsentError::NotFound)));
        tx.end().await.expect("ended");
        let (mut tx, granted) = bench.as_stranger().await;
        let listed = list(&mut tx, granted, ada, &PageQuery::default()).await;
        assert!(matches!(listed, Err(ListError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn who_else_agreed_is_not_readable() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        consent(bench, ada).await;
        assert!(!bench.holds(MARK).await);
    })
    .await;
}
