//! Claims about who sees which chart.

use ::testing::{TestDatabase, everywhere};
use access::{Actor, perm};
use shared::{
    ClientId,
    clients::ClientFilter,
    notes::NoteFilter,
    page::PageQuery,
    permissions::{Permission, Role},
};

use super::*;
use crate::{
    clients, consents, encounters, notes,
    testing::{chart, client, encounter, new_encounter},
    transcripts,
};

async fn sees(bench: &TestDatabase, actor: &Actor, id: ClientId) -> bool {
    let mut tx = bench.begin(actor.clone()).await;
    let loaded = clients::load(&mut tx, actor.require().expect("may"), id).await;
    let listed = clients::list(
        &mut tx,
        actor.require().expect("may"),
        &ClientFilter::default(),
        &PageQuery::default(),
    )
    .await;
    let listed = listed.expect("a page").items.iter().any(|client| client.id == id);
    assert_eq!(loaded.is_ok(), listed, "one and all say the same");
    listed
}

async fn share(bench: &TestDatabase, by: &Actor, id: ClientId, with: &Actor) {
    let mut tx = bench.begin(by.clone()).await;
    add(&mut tx, by.require().expect("may"), id, with.user_id()).await.expect("shared");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn a_clinician_sees_their_own_clients_and_those_shared_with_them() {
    everywhere(async |bench| {
        let (therapist, supervisor) = (bench.therapist(), bench.of_role(Role::Supervisor));
        let id = client(bench, "Lovelace").await;
        assert!(sees(bench, &therapist, id).await);
        assert!(!sees(bench, &supervisor, id).await, "nobody is supervised yet");
        assert!(sees(bench, &bench.owner(), id).await, "an owner sees everybody");
        assert!(sees(bench, &bench.of_role(Role::FrontDesk), id).await);
        share(bench, &therapist, id, &supervisor).await;
        share(bench, &therapist, id, &supervisor).await;
        assert!(sees(bench, &supervisor, id).await);
        let mut tx = bench.begin(therapist.clone()).await;
        let team = list(&mut tx, therapist.require().expect("may"), id).await.expect("the team");
        assert_eq!(team.len(), 2);
        remove(&mut tx, therapist.require().expect("may"), id, supervisor.user_id()).await.expect("removed");
        tx.commit().await.expect("kept");
        assert!(!sees(bench, &supervisor, id).await);
    })
    .await;
}

#[tokio::test]
async fn a_supervisor_sees_the_clients_of_whom_they_supervise_and_of_nobody_else() {
    everywhere(async |bench| {
        let (supervisor, intern) = (bench.of_role(Role::Supervisor), bench.of_role(Role::Intern));
        let id = client(bench, "Lovelace").await;
        share(bench, &bench.therapist(), id, &intern).await;
        let other = client(bench, "Hopper").await;
        assert!(!sees(bench, &supervisor, id).await);
        bench.supervise(&supervisor, &intern).await;
        assert!(sees(bench, &supervisor, id).await);
        assert!(!sees(bench, &supervisor, other).await);
        // Supervision means nothing for somebody whose role does not answer for others.
        bench.supervise(&bench.of_role(Role::Intern), &bench.therapist()).await;
        assert!(!sees(bench, &intern, other).await);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_chart_is_found_by_a_colleague_who_is_not_in_care_of_the_client() {
    everywhere(async |bench| {
        let made = chart(bench).await;
        let colleague = bench.of_role(Role::Supervisor);
        let mut tx = bench.begin(colleague.clone()).await;
        macro_rules! may {
            () => {
                colleague.require().expect("may")
            };
        }
        let query = PageQuery::default();
        assert!(encounters::load(&mut tx, may!(), made.encounter_id).await.is_err());
        assert!(encounters::list(&mut tx, may!(), None, &query).await.expect("a page").items.is_empty());
        assert!(transcripts::load(&mut tx, may!(), made.encounter_id).await.is_err());
        assert!(notes::load(&mut tx, may!(), made.note_id).await.is_err());
        let listed = notes::list(&mut tx, may!(), &NoteFilter::default(), &query).await;
        assert!(listed.expect("a page").items.is_empty());
        assert!(consents::list(&mut tx, may!(), made.client_id, &query).await.is_err());
        assert!(list(&mut tx, may!(), made.client_id).await.is_err());
        assert!(
            add(&mut tx, may!(), made.client_id, colleague.user_id()).await.is_err(),
            "not even themselves"
        );
        let removed = remove(&mut tx, may!(), made.client_id, bench.therapist().user_id()).await;
        assert!(removed.is_err());
        let session = encounters::create(&mut tx, may!(), new_encounter(vec![made.client_id])).await;
        assert!(session.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_session_of_several_is_seen_by_whoever_sees_all_of_them() {
    everywhere(async |bench| {
        let (one, other) = (client(bench, "Lovelace").await, client(bench, "Hopper").await);
        let couple = encounter(bench, &[one, other]).await;
        let (therapist, colleague) = (bench.therapist(), bench.of_role(Role::Supervisor));
        let seen = async || {
            let mut tx = bench.begin(colleague.clone()).await;
            encounters::load(&mut tx, colleague.require().expect("may"), couple).await.is_ok()
        };
        share(bench, &therapist, one, &colleague).await;
        assert!(!seen().await, "the other client's voice is in it too");
        share(bench, &therapist, other, &colleague).await;
        assert!(seen().await);
    })
    .await;
}

#[tokio::test]
async fn a_client_is_shared_only_with_somebody_who_works_in_the_practice() {
    everywhere(async |bench| {
        let id = client(bench, "Lovelace").await;
        let (mut tx, granted) = bench.as_therapist::<perm::ShareClients>().await;
        let stranger = bench.stranger_from_another_practice().user_id();
        assert!(matches!(add(&mut tx, granted, id, stranger).await, Err(CareTeamError::NotFound)));
    })
    .await;
}

#[test]
fn who_sees_every_client_is_said_in_the_matrix() {
    let all: Vec<_> = Role::ALL.iter().filter(|role| role.may(Permission::AllClients)).collect();
    assert_eq!(all, [&Role::Owner, &Role::Administrator, &Role::FrontDesk, &Role::Biller]);
}
