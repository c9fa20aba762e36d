//! Sign-in on real databases.

use access::Actor;
use chrono::TimeDelta;
use shared::{PracticeId, SessionId, auth::Register};
use testing::{TestDatabase, everywhere};

use crate::{
    Factors, Opened, Origin, RefreshError, RegisterError, ResolveError, find_account,
    practice_of_refresh_token, refresh, register, resolve, sign_in, sign_out,
};

fn request(email: &str) -> Register {
    Register {
        practice_name: "Harbour Practice".into(),
        name: "Ada".into(),
        email: email.into(),
        password: "four plain words here".into(),
        jurisdiction: "US-CA".to_owned(),
    }
}

/// Registers past the rule that the embedded database keeps one practice: `TestDatabase` has two.
async fn signed_up(bench: &TestDatabase) -> Option<(PracticeId, Opened)> {
    let practice_id = PracticeId(bench.database.clock().new_id());
    let actor = Actor::system("system:registration", practice_id, "test");
    let mut tx = bench.database.begin_practice(actor).await.expect("a transaction");
    let user_id = match register(&mut tx, &request("ada@clinic.example"), "hash".to_owned()).await {
        Ok(user_id) => user_id,
        Err(RegisterError::SecondPractice) => return None,
        Err(other) => panic!("{other}"),
    };
    let opened =
        sign_in(&mut tx, user_id, Factors::PasswordAlone, &Origin::default()).await.expect("signed in");
    tx.commit().await.expect("kept");
    Some((practice_id, opened))
}

/// One exchange of a refresh token, kept as the API keeps it.
async fn exchange(
    bench: &TestDatabase,
    practice_id: PracticeId,
    id: SessionId,
    token: &str,
) -> Result<Opened, RefreshError> {
    let actor = Actor::system("system:sign-in", practice_id, "test");
    let mut tx = bench.database.begin(actor).await.expect("a transaction");
    let result = refresh(&mut tx, id, token).await;
    match &result {
        Ok(_) | Err(RefreshError::Reused) => tx.commit().await.expect("kept"),
        Err(_) => tx.end().await.expect("ended"),
    }
    result
}

fn token_of(opened: &Opened) -> String {
    opened.refresh_token.reveal().to_owned()
}

#[tokio::test]
async fn the_embedded_database_keeps_one_practice() {
    let bench = TestDatabase::new().await;
    assert!(signed_up(&bench).await.is_none());
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_sign_in() {
    everywhere(async |bench| {
        let Some((practice_id, opened)) = signed_up(bench).await else { return };
        let (id, first) = (opened.session_id, token_of(&opened));
        let found = practice_of_refresh_token(&bench.database.lookup(), &first).await.expect("known");
        assert_eq!(found, (id, practice_id));

        let second = token_of(&exchange(bench, practice_id, id, &first).await.expect("refreshed"));
        bench.clock.advance(TimeDelta::seconds(11));
        assert!(matches!(exchange(bench, practice_id, id, &first).await, Err(RefreshError::Reused)));
        assert!(matches!(exchange(bench, practice_id, id, &second).await, Err(RefreshError::Ended)));
        let actor = resolve(&bench.database.lookup(), id, &"test".into()).await;
        assert!(matches!(actor, Err(ResolveError::NotSignedIn)));
    })
    .await;
}

#[tokio::test]
async fn two_tabs_that_refresh_at_once_both_stay_signed_in() {
    everywhere(async |bench| {
        let Some((practice_id, opened)) = signed_up(bench).await else { return };
        let (id, first) = (opened.session_id, token_of(&opened));
        let winner = exchange(bench, practice_id, id, &first).await.expect("refreshed");
        let loser = exchange(bench, practice_id, id, &first).await.expect("forgiven");
        assert_eq!(token_of(&loser), token_of(&winner), "whichever answer is lost");
        exchange(bench, practice_id, id, &token_of(&winner)).await.expect("the family lives");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_ends_by_sign_out_at_once_and_by_age_after_twelve_hours() {
    everywhere(async |bench| {
        let Some((practice_id, opened)) = signed_up(bench).await else { return };
        let id = opened.session_id;
        let lookup = bench.database.lookup();
        let actor = resolve(&lookup, id, &"test".into()).await.expect("signed in");
        assert_eq!(actor.practice_id(), practice_id);

        bench.clock.advance(TimeDelta::hours(12));
        assert!(matches!(resolve(&lookup, id, &"test".into()).await, Err(ResolveError::Expired)));
        bench.clock.advance(TimeDelta::hours(-12));

        let mut tx = bench.database.begin(actor).await.expect("a transaction");
        sign_out(&mut tx, id).await.expect("signed out");
        tx.commit().await.expect("kept");
        assert!(matches!(resolve(&lookup, id, &"test".into()).await, Err(ResolveError::NotSignedIn)));
    })
    .await;
}

#[tokio::test]
async fn an_account_is_found_by_its_e_mail_however_it_is_written_and_is_not_readable_on_disk() {
    everywhere(async |bench| {
        let Some((practice_id, _)) = signed_up(bench).await else { return };
        let account = find_account(&bench.database.lookup(), " ADA@Clinic.Example ").await.expect("asked");
        assert_eq!(account.map(|account| account.practice_id), Some(practice_id));
        assert!(!bench.holds("ada@clinic.example").await);
        assert!(!bench.holds("Harbour Practice").await);
    })
    .await;
}
