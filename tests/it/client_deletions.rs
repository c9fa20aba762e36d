//! The deletion of one client's chart: asked for, waited for, done, and proved; and everybody else's stays.

use chrono::TimeDelta;
use jwt_simple::prelude::{Ed25519PublicKey, EdDSAPublicKeyLike as _, Token};
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    client_deletions::{ClientDeletionStatement, WAITING_DAYS},
    permissions::Role,
};
use tests::{
    Answer, Answered as _, Person, Session, TestApp, new_client, new_session, noise, share, wait_for_job,
};

use crate::{
    deletions::signed,
    legal_holds::{hold, release},
    pipeline::{draft, typed},
    retention::{sign, written},
    risk::dismiss_all,
    uploads::{begin, in_one, piece, place},
};

tests::on_both! {
    nothing_of_a_deleted_chart_is_left_but_the_trail_and_the_proof,
    who_was_in_a_session_as_well_keeps_it_whole,
    the_proof_is_the_servers_and_about_nobody,
    it_can_be_withdrawn_until_it_begins,
    a_legal_hold_makes_an_end_of_it,
    a_hold_and_the_beginning_do_not_pass_each_other,
    it_asks_for_the_name_a_ground_and_a_second_factor,
    what_comes_in_while_it_is_under_way_goes_too,
}

async fn ask(by: &Person, client: &str) -> Answer {
    let request = json!({ "ground": "retention_over", "client_name": "Mara Quint" });
    by.post(&format!("/clients/{client}/deletion"), &request).await
}

/// A new one; its path.
async fn asked(by: &Person, client: &str) -> String {
    let deletion = ask(by, client).await.created();
    assert_eq!(deletion["state"], "waiting");
    format!("/client-deletions/{}", deletion["id"].as_str().expect("an id"))
}

/// Time passes, and the upkeep that goes on all the time, in two processes at once.
async fn pass(app: &TestApp, by: &Person, time: TimeDelta) {
    app.clock.advance(time);
    let (one, other) = tokio::join!(api::work::keep_up(&app.app), api::work::keep_up(&app.app));
    one.and(other).expect("the upkeep");
    by.sign_in().await.ok();
}

async fn carried_out(app: &TestApp, by: &Person) {
    pass(app, by, TimeDelta::days(WAITING_DAYS)).await;
    pass(app, by, TimeDelta::minutes(5)).await;
}

async fn state(by: &Person, deletion: &str) -> Value {
    by.get(deletion).await.ok()["state"].clone()
}

/// The tables that hold an id anywhere, in whatever form, by the database itself.
pub async fn tables_with(app: &TestApp, id: &str) -> Vec<String> {
    let plain = id.replace('-', "");
    let mut found = Vec::new();
    if app.database_url().is_some() {
        let all = "SELECT table_name::text FROM information_schema.tables \
                   WHERE table_schema = 'public' AND table_type = 'BASE TABLE' \
                   AND to_regclass(table_name) NOT IN (SELECT inhrelid FROM pg_inherits) ORDER BY 1";
        for table in app.query(all).await {
            let holds = format!("x::text LIKE '%{id}%' OR x::text LIKE '%{plain}%'");
            if app.query(&format!("SELECT '' FROM {table} x WHERE {holds} LIMIT 1")).await.len() == 1 {
                found.push(table);
            }
        }
        return found;
    }
    for table in app.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").await {
        let columns = app.query(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let holds = |column: &String| {
            format!(
                "instr(hex(CAST(\"{column}\" AS BLOB)), '{}') > 0 OR instr(\"{column}\", '{id}') > 0",
                plain.to_uppercase()
            )
        };
        let holds = columns.iter().map(holds).collect::<Vec<_>>().join(" OR ");
        if app.query(&format!("SELECT '' FROM \"{table}\" WHERE {holds} LIMIT 1")).await.len() == 1 {
            found.push(table);
        }
    }
    found
}

/// What is kept of the end: who did what, and the proof.
const KEPT: [&str; 2] = ["audit_events", "client_deletions"];

async fn session_of(by: &Person, clients: &[&str]) -> Session {
    let modality = if clients.len() > 1 { "couple" } else { "individual" };
    let form = json!({ "client_ids": clients, "modality": modality, "setting": "video" });
    let encounter = by.post("/encounters", &form).await.created();
    Session { client: clients[0].to_owned(), encounter: encounter["id"].as_str().expect("an id").to_owned() }
}

/// A chart with everything in it that there can be; the ids of what is in it.
async fn lived_in(app: &TestApp, owner: &Person) -> (Session, Vec<String>) {
    let session = typed(owner).await;
    assert_eq!(draft(owner, &session, "soap").await["state"], "succeeded");
    let transcript = owner.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
    let note = written(owner, &session).await;
    dismiss_all(owner, &note).await;
    sign(owner, &note).await;
    owner.post(&format!("{note}/addenda"), &json!({ "text": "Called back." })).await.created();
    let recorded = session_of(owner, &[&session.client]).await;
    let made = in_one(owner, &recorded, "audio/wav", noise(2)).await.created();
    wait_for_job(owner, made["job_id"].as_str().expect("a job")).await;
    // What people did about the client.
    let clinician = app.beside(owner, Role::Clinician).await;
    clinician.enrol(clock::Clock::now(app.clock.as_ref())).await;
    clinician.sign_in().await.ok();
    let reason = json!({ "reason": "They called from a bridge." });
    clinician.post(&format!("/clients/{}/emergency-access", session.client), &reason).await.ok();
    share(owner, &session.client, &clinician).await;
    let held = hold(owner, &session.client).await;
    release(owner, &held).await.ok();
    let today = clock::Clock::now(app.clock.as_ref()).date_naive();
    let request = json!({ "asker": "client", "received_on": today, "form": "pdf" });
    owner.post(&format!("/clients/{}/record-requests", session.client), &request).await.created();
    let segment = transcript["segments"][0]["id"].as_str().expect("an id");
    let recording = made["id"].as_str().expect("an id");
    let ids = [&session.encounter, &recorded.encounter, segment, recording];
    let mut ids: Vec<_> = ids.into_iter().map(str::to_owned).collect();
    ids.extend(note.rsplit('/').next().map(str::to_owned));
    (session, ids)
}

async fn nothing_of_a_deleted_chart_is_left_but_the_trail_and_the_proof(app: &TestApp) {
    let owner = app.therapist().await;
    let (session, parts) = lived_in(app, &owner).await;
    let other = typed(&owner).await;
    let client = session.client.as_str();
    let deletion = asked(&owner, client).await;
    // The first was about the emergency.
    let told = app.postbox.mail_to(&owner.email, 1).await;
    assert!(told.text().contains("/retention") && !told.text().contains("Mara"), "{told:?}");
    let retention = owner.get(&format!("/clients/{client}/retention")).await.ok();
    assert_eq!(retention["deleted_at"], owner.get(&deletion).await.ok()["due_at"]);
    let before = tables_with(app, client).await;
    for table in ["clients", "consents", "legal_holds", "record_requests", "emergency_accesses", "notes"] {
        assert!(before.iter().any(|it| it == table), "{table} is not among {before:?}");
    }
    pass(app, &owner, TimeDelta::days(WAITING_DAYS) - TimeDelta::minutes(1)).await;
    owner.get(&format!("/clients/{client}")).await.ok();
    // An upload has not come to its end.
    let unfinished = session_of(&owner, &[client]).await;
    let bytes = noise(6);
    let upload = place(&begin(&owner, &unfinished, "audio/wav", bytes.len()).await);
    piece(&owner, &upload, 0, &bytes[..70_000]).await.expect(204);
    let stored = app.files_named("blobs").len();
    assert!(stored >= 2, "{stored}");
    pass(app, &owner, TimeDelta::minutes(1)).await;
    owner.get(&format!("/clients/{client}")).await.refused(404, "not_found");
    assert_eq!(state(&owner, &deletion).await, "underway");
    pass(app, &owner, TimeDelta::minutes(5)).await;
    let done = owner.get(&deletion).await.ok();
    assert_eq!((&done["state"], &done["client_name"]), (&json!("done"), &Value::Null));

    assert_eq!(tables_with(app, client).await, KEPT);
    for id in &parts {
        let left = tables_with(app, id).await;
        assert!(left.iter().all(|table| table == "audit_events"), "{id}: {left:?}");
    }
    assert_eq!(app.files_named("blobs").iter().filter(|file| file.is_file()).count(), 0);
    let statement: ClientDeletionStatement = signed(&done);
    assert_eq!(statement.client_id.to_string(), client);
    assert_eq!((statement.removed.objects, statement.kept.sessions_with_others), (stored as u64, 0));
    let rows = &statement.removed.rows;
    for (table, count) in
        [("clients", 1), ("encounters", 3), ("recordings", 1), ("uploads", 2), ("transcripts", 1)]
    {
        assert_eq!(rows.get(table), Some(&count), "{table} of {rows:?}");
    }
    for table in
        ["segments", "speakers", "notes", "addenda", "jobs", "ai_calls", "recording_parts", "client_marks"]
    {
        assert!(rows.get(table).is_some_and(|count| *count > 0), "{table} of {rows:?}");
    }
    let trail = "SELECT action FROM audit_events WHERE action LIKE 'client_delet%' AND outcome = 'done' \
                 AND action <> 'client_deletions_listed' ORDER BY id";
    let expected = ["client_deletion_requested", "client_deletion_begun", "client_deleted"];
    assert_eq!(app.query(trail).await, expected);
    // Once more changes nothing; everybody else is as they were.
    pass(app, &owner, TimeDelta::days(1)).await;
    assert_eq!(owner.get(&deletion).await.ok(), done);
    owner.get(&format!("/encounters/{}/transcript", other.encounter)).await.ok();
    owner.get(&format!("/clients/{}", other.client)).await.ok();
    ask(&owner, client).await.refused(404, "not_found");
}

async fn who_was_in_a_session_as_well_keeps_it_whole(app: &TestApp) {
    let owner = app.therapist().await;
    let (one, other) = (new_session(&owner).await, new_session(&owner).await);
    let session = session_of(&owner, &[&one.client, &other.client]).await;
    let made = in_one(&owner, &session, "audio/wav", noise(2)).await.created();
    wait_for_job(&owner, made["job_id"].as_str().expect("a job")).await;
    let (signed_note, draft) = (written(&owner, &session).await, written(&owner, &session).await);
    let intern = app.beside(&owner, Role::Intern).await;
    for client in [&one.client, &other.client] {
        share(&owner, client, &intern).await;
    }
    let awaiting = written(&intern, &session).await;
    sign(&intern, &awaiting).await;
    sign(&owner, &signed_note).await;
    let before = owner.get(&signed_note).await.ok();
    assert_eq!(before["client_id"], json!(one.client), "the first one's chart holds it");
    let stored = app.files_named("blobs").len();
    let deletion = asked(&owner, &one.client).await;
    carried_out(app, &owner).await;
    let done: ClientDeletionStatement = signed(&owner.get(&deletion).await.ok());
    assert_eq!((done.kept.sessions_with_others, done.removed.objects), (1, 0));
    assert_eq!(tables_with(app, &one.client).await, KEPT);
    let encounter = owner.get(&format!("/encounters/{}", session.encounter)).await.ok();
    assert_eq!(encounter["client_ids"], json!([other.client]));
    assert_eq!(app.files_named("blobs").len(), stored);
    owner.get(&format!("/recordings/{}/audio", made["id"].as_str().expect("an id"))).await.expect(200);
    // The signature still is of the note, which is in the other's chart now.
    let after = owner.get(&signed_note).await.ok();
    assert_eq!((&after["client_id"], &after["signature"]), (&json!(other.client), &before["signature"]));
    // What was not signed yet is signed in the chart in which it is.
    assert_eq!(owner.get(&draft).await.ok()["client_id"], json!(other.client));
    let waiting = owner.get(&awaiting).await.ok();
    assert_eq!(
        (&waiting["client_id"], &waiting["status"]),
        (&json!(other.client), &json!("awaiting_co_signature"))
    );
    sign(&owner, &draft).await;
    owner.get(&draft).await.ok();
    let moved = "SELECT action FROM audit_events WHERE action = 'note_moved'";
    assert_eq!(app.query(moved).await.len(), 3);
    // And then the other's is deleted as well: now nobody else was in it.
    asked(&owner, &other.client).await;
    carried_out(app, &owner).await;
    assert_eq!(tables_with(app, &session.encounter).await, ["audit_events"]);
    assert_eq!(app.files_named("blobs").iter().filter(|file| file.is_file()).count(), 0);
}

async fn the_proof_is_the_servers_and_about_nobody(app: &TestApp) {
    let owner = app.therapist().await;
    let new = json!({ "given_name": "Mara", "family_name": "Quint" });
    let new = owner.call(Method::POST, "/clients").header("idempotency-key", "once").json(&new);
    let client = new.answer().await.created()["id"].as_str().expect("an id").to_owned();
    assert!(tables_with(app, &client).await.contains(&"idempotency_keys".to_owned()));
    let request = json!({ "ground": "other", "client_name": "Mara Quint", "words": "Zebra wants it." });
    let path = format!("/clients/{client}/deletion");
    let deletion = owner.post(&path, &request).await.created();
    let path = format!("/client-deletions/{}", deletion["id"].as_str().expect("an id"));
    let waiting = owner.get(&path).await.ok();
    assert_eq!((&waiting["words"], &waiting["certificate"]), (&json!("Zebra wants it."), &Value::Null));
    carried_out(app, &owner).await;
    let done = owner.get(&path).await.ok();
    assert_eq!(done["words"], Value::Null, "gone with the chart");
    let certificate = done["certificate"].as_str().expect("a certificate");
    let header = Token::decode_metadata(certificate).expect("a JWS");
    assert_eq!(
        (header.algorithm(), header.signature_type()),
        ("EdDSA", Some("client-deletion-certificate+jwt"))
    );
    let statement: ClientDeletionStatement = signed(&done);
    let said = serde_json::to_string(&statement).expect("JSON");
    assert!(!said.contains("Mara") && !said.contains("Zebra"), "{said}");
    assert!(statement.kept.not_reached.contains("Backups"), "{said}");
    assert_eq!(statement.left, shared::client_deletions::ChartParts::default());
    // The same with one letter changed is nobody's.
    let place = certificate.find('.').expect("three parts") + 20;
    let mut altered = certificate.as_bytes().to_vec();
    altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
    let key = Ed25519PublicKey::from_jwk(done["public_key"].as_str().expect("a key")).expect("a JWK");
    let altered = String::from_utf8(altered).expect("text");
    assert!(key.verify_token::<ClientDeletionStatement>(&altered, None).is_err());
    assert_eq!(tables_with(app, &client).await, KEPT);
}

async fn it_can_be_withdrawn_until_it_begins(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let deletion = asked(&owner, &client).await;
    ask(&owner, &client).await.refused(409, "client_deletion_requested");
    let open = owner.get("/client-deletions?open=true").await.ok();
    assert_eq!(open["items"].as_array().map(Vec::len), Some(1));
    app.clock.advance(TimeDelta::minutes(6));
    let withdraw = async |path: &str| owner.post(&format!("{path}/withdraw"), &json!({})).await;
    withdraw(&deletion).await.refused(403, "step_up_required");
    owner.sign_in().await.ok();
    assert_eq!(withdraw(&deletion).await.ok()["state"], "withdrawn");
    withdraw(&deletion).await.refused(409, "deletion_settled");
    carried_out(app, &owner).await;
    owner.get(&format!("/clients/{client}")).await.ok();
    assert_eq!(owner.get("/client-deletions?open=true").await.ok()["items"], json!([]));
    let again = asked(&owner, &client).await;
    pass(app, &owner, TimeDelta::days(WAITING_DAYS)).await;
    withdraw(&again).await.refused(409, "deletion_settled");
}

async fn a_legal_hold_makes_an_end_of_it(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let held = hold(&owner, &client).await;
    ask(&owner, &client).await.refused(409, "on_legal_hold");
    release(&owner, &held).await.ok();
    let deletion = asked(&owner, &client).await;
    let held = hold(&owner, &client).await;
    assert_eq!(state(&owner, &deletion).await, "held");
    carried_out(app, &owner).await;
    owner.get(&format!("/clients/{client}")).await.ok();
    // After the hold nothing goes on by itself.
    release(&owner, &held).await.ok();
    carried_out(app, &owner).await;
    owner.get(&format!("/clients/{client}")).await.ok();
    asked(&owner, &client).await;
    carried_out(app, &owner).await;
    owner.get(&format!("/clients/{client}")).await.refused(404, "not_found");
}

async fn a_hold_and_the_beginning_do_not_pass_each_other(app: &TestApp) {
    let owner = app.therapist().await;
    let mut all = Vec::new();
    for _ in 0..4 {
        let client = new_client(&owner).await;
        asked(&owner, &client).await;
        all.push(client);
    }
    app.clock.advance(TimeDelta::days(WAITING_DAYS));
    owner.sign_in().await.ok();
    let place = async |client: &String| {
        let reason = json!({ "reason": "A subpoena came." });
        owner.post(&format!("/clients/{client}/legal-holds"), &reason).await
    };
    let holds = futures_util::future::join_all(all.iter().map(place));
    let (upkeep, holds) = tokio::join!(api::work::keep_up(&app.app), holds);
    upkeep.expect("the upkeep");
    pass(app, &owner, TimeDelta::minutes(5)).await;
    for (client, held) in all.iter().zip(holds) {
        // Either it was held, and is there, or it was gone before.
        let there = owner.get(&format!("/clients/{client}")).await.status;
        assert!([(201, 200), (404, 404)].contains(&(held.status, there)), "{} {there}", held.text());
    }
}

async fn it_asks_for_the_name_a_ground_and_a_second_factor(app: &TestApp) {
    let owner = app.therapist().await;
    let clinician = app.colleague_of(&owner).await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    let client = new_client(&owner).await;
    let path = format!("/clients/{client}/deletion");
    for wrong in [
        json!({ "ground": "retention_over", "client_name": "Mara" }),
        json!({ "ground": "other", "client_name": "Mara Quint" }),
        json!({ "ground": "other", "client_name": "Mara Quint", "words": " " }),
    ] {
        owner.post(&path, &wrong).await.refused(422, "validation");
    }
    app.clock.advance(TimeDelta::minutes(6));
    ask(&owner, &client).await.refused(403, "step_up_required");
    assert_eq!(app.count("client_deletions").await, 0);
    for person in [&owner, &administrator] {
        person.sign_in().await.ok();
    }
    share(&owner, &client, &clinician).await;
    ask(&clinician, &client).await.refused(403, "forbidden");
    clinician.get("/client-deletions").await.refused(403, "forbidden");
    let deletion = asked(&administrator, &client).await;
    assert_eq!(clinician.get(&format!("/clients/{client}/retention")).await.ok()["held_since"], Value::Null);
    clinician.get(&deletion).await.refused(403, "forbidden");
}

async fn what_comes_in_while_it_is_under_way_goes_too(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let made = in_one(&owner, &session, "audio/wav", noise(2)).await.created();
    wait_for_job(&owner, made["job_id"].as_str().expect("a job")).await;
    let deletion = asked(&owner, &session.client).await;
    pass(app, &owner, TimeDelta::days(WAITING_DAYS)).await;
    // A request that was under way stores a last part, and a process that was killed had removed another already.
    let recording = made["id"].as_str().expect("an id");
    let parts = app.files_named(recording);
    let parts: Vec<_> = parts.iter().filter(|file| file.is_file()).collect();
    let stored = parts.len() as u64;
    let late = parts[0].with_file_name("00000099");
    std::fs::write(&late, b"sealed").expect("a file");
    std::fs::remove_file(parts[0]).expect("removed");
    pass(app, &owner, TimeDelta::minutes(4)).await;
    assert_eq!((state(&owner, &deletion).await, late.exists()), (json!("underway"), true));
    pass(app, &owner, TimeDelta::minutes(1)).await;
    let done = owner.get(&deletion).await.ok();
    assert_eq!((&done["state"], late.exists()), (&json!("done"), false));
    let statement: ClientDeletionStatement = signed(&done);
    assert_eq!(statement.removed.objects, stored, "as noted at the beginning");
}
