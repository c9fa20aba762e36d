//! Jobs: told about as they go on, tried again, stopped, given up, and finished before the server stops.

use std::time::Duration;

use access::{Database, DatabaseTarget};
use reqwest::Method;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tests::{
    Answered as _, Backend, Binary, Events, OwnDatabase, Person, Session, TestApp, excerpt, new_session,
    silence, wait_for_job,
};

use crate::{
    SERVER,
    pipeline::{draft, text, typed, upload},
};

tests::on_both! {
    a_job_that_has_ended_can_be_neither_retried_nor_cancelled,
    a_job_stopped_and_asked_for_again_at_once_is_done,
    the_stream_of_events_goes_on_after_the_last_one_seen,
}

async fn a_job_that_has_ended_can_be_neither_retried_nor_cancelled(app: &TestApp) {
    let person = app.therapist().await;
    let session = typed(&person).await;
    let job = draft(&person, &session, "soap").await;
    let path = format!("/jobs/{}", text(&job, "id"));
    person.post_nothing(&format!("{path}/retry")).await.refused(409, "job_not_retryable");
    let cancelled = person.post_nothing(&format!("{path}/cancel")).await;
    assert!([200, 409].contains(&cancelled.status), "{}", cancelled.text());
    assert_eq!(person.get(&path).await.ok()["state"], "succeeded");
}

async fn the_stream_of_events_goes_on_after_the_last_one_seen(app: &TestApp) {
    let person = app.therapist().await;
    let session = typed(&person).await;
    let mut events = Events::open(&person, None).await;
    let first = draft(&person, &session, "soap").await;
    let seen = async |events: &mut Events, job: &Value| loop {
        let (name, view) = events.next().await;
        if name == "job" && view["id"] == job["id"] && view["state"] == "succeeded" {
            break;
        }
    };
    let patience = Duration::from_mins(1);
    tokio::time::timeout(patience, seen(&mut events, &first)).await.expect("the first draft is told of");
    let last = events.last_id.clone().expect("events have ids");
    drop(events);
    // What happens while nobody listens is told afterwards.
    let second = draft(&person, &session, "dap").await;
    let mut events = Events::open(&person, Some(&last)).await;
    let hears = async {
        loop {
            let (name, view) = events.next().await;
            if name == "job" {
                assert_ne!(view["id"], first["id"], "what was seen is not told again");
                if view["id"] == second["id"] && view["state"] == "succeeded" {
                    break;
                }
            }
        }
    };
    tokio::time::timeout(patience, hears).await.expect("the second draft is told of");
    if let Some(stranger) = app.stranger_from_another_practice().await {
        let mut theirs = Events::open(&stranger, Some(&last)).await;
        let own = typed(&stranger).await;
        let job = draft(&stranger, &own, "soap").await;
        let (_, view) =
            tokio::time::timeout(patience, theirs.next()).await.expect("their own draft is told of");
        assert_eq!(view["id"], job["id"], "nobody else's");
    }
}

/// Stops a draft as soon as it is asked for and asks for it again at once: wherever the worker was at that
/// moment, the job must end well.
async fn a_job_stopped_and_asked_for_again_at_once_is_done(app: &TestApp) {
    let person = app.therapist().await;
    let session = typed(&person).await;
    let form = json!({ "template_id": "soap", "source": "transcript" });
    let mut stopped = 0;
    for _ in 0..100 {
        let asked = person.post(&format!("/encounters/{}/drafts", session.encounter), &form).await;
        let path = format!("/jobs/{}", text(&asked.expect(202), "job_id"));
        if person.post_nothing(&format!("{path}/cancel")).await.status != 200 {
            continue;
        }
        person.post_nothing(&format!("{path}/retry")).await.ok();
        let job = wait_for_job(&person, text(&asked.json(), "job_id")).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        stopped += 1;
        if stopped == 10 {
            return;
        }
    }
    panic!("only {stopped} of 100 jobs could be stopped");
}

/// The queue of a server, in its own file or in the server's database.
async fn tamper_with_queue(server: &Binary, own: Option<&OwnDatabase>, statement: &str) {
    let target = match own {
        Some(own) => DatabaseTarget::Postgres { url: own.url.clone(), pool: 1 },
        None => DatabaseTarget::Sqlite(server.data().join("jobs.sqlite")),
    };
    let connection = Database::connect(&target).await.expect("the queue's database answers");
    connection.execute_unprepared(statement).await.expect("the statement runs");
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn a_job_whose_process_died_in_every_attempt_has_failed_and_can_be_tried_again() {
    if tests::models().is_none() {
        return;
    }
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let own = if backend == Backend::Postgres {
            let Some(own) = OwnDatabase::create().await else { continue };
            Some(own)
        } else {
            None
        };
        let settings: Vec<_> = own.iter().map(|own| ("DATABASE_URL", own.url.as_str())).collect();
        let mut server = Binary::start(SERVER, &settings);
        let person = server.therapist().await;
        let session = new_session(&person).await;
        let job = killed_while_it_transcribes(&mut server, &person, &session).await;
        // All its attempts but this last one died before.
        let table = if own.is_some() { "apalis.jobs" } else { "Jobs" };
        let last = format!("UPDATE {table} SET attempts = max_attempts - 1");
        tamper_with_queue(&server, own.as_ref(), &last).await;
        server.restart();
        let failed = wait_for_job(&person, &job).await;
        assert_eq!((text(&failed, "state"), text(&failed, "error")), ("failed", "work_interrupted"));
        let path = format!("/recordings/{}", text(&failed, "recording_id"));
        assert_eq!(person.get(&path).await.ok()["state"], "failed");
        person.post_nothing(&format!("/jobs/{job}/retry")).await.ok();
        let done = wait_for_job(&person, &job).await;
        assert_eq!(done["state"], "succeeded", "{done}");
        drop(server);
        if let Some(own) = own {
            own.remove().await;
        }
    }
}

async fn killed_while_it_transcribes(server: &mut Binary, person: &Person, session: &Session) -> String {
    let mut events = Events::open(person, None).await;
    let recording = upload(person, session, "audio/ogg", excerpt()).await;
    while text(&events.next().await.1, "stage") != "transcription" {}
    drop(events);
    server.kill();
    text(&recording, "job_id").to_owned()
}

#[tokio::test]
async fn a_request_under_way_is_finished_before_the_server_stops() {
    use futures_util::StreamExt as _;
    let mut server = Binary::start(SERVER, &[]);
    let person = server.therapist().await;
    let session = new_session(&person).await;
    // The first half is on its way, then the server is told to stop, then comes the rest.
    let bytes = silence(20);
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    let (told, wait) = tokio::sync::oneshot::channel::<()>();
    let begins = futures_util::stream::iter([Ok::<_, std::io::Error>(first.to_vec())]);
    let rest = rest.to_vec();
    let ends = futures_util::stream::once(async move {
        let _ = wait.await;
        Ok(rest)
    });
    let body = reqwest::Body::wrap_stream(begins.chain(ends));
    let path = format!("/encounters/{}/recordings", session.encounter);
    let length = bytes.len().to_string();
    let request = person.call(Method::POST, &path).header("content-type", "audio/wav");
    let request = request.header("content-length", length).body(body);
    let sending = tokio::spawn(async move { request.answer().await });
    // An answer to another request, sent later, shows that the first one is being worked on.
    person.get("/me").await.ok();
    server.tell_to_stop();
    // It no longer takes new work, or still does for a moment; either way the first one is finished.
    let _ = told.send(());
    let answer = sending.await.expect("an answer");
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(server.ended().success(), "{}", server.logged());
    server.restart();
    let view = wait_for_job(&person, text(&answer.json(), "job_id")).await;
    assert!(["succeeded", "failed"].contains(&text(&view, "state")), "{view}");
    let recording = person.get(&format!("/recordings/{}", text(&answer.json(), "id"))).await.ok();
    assert_eq!(recording["state"], "no_speech_captured");
}
