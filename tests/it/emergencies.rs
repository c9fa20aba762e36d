//! Emergency access: one client, one person, an hour, and everybody who answers knows.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, Mark, Person, TestApp};

tests::on_both! {
    in_an_emergency_one_client_opens_to_one_person,
    it_ends_by_itself_after_an_hour,
    its_person_ends_it_before,
    it_changes_no_care_team,
    it_asks_for_a_reason_and_a_fresh_second_factor,
    who_sees_a_client_anyway_needs_none,
    a_search_finds_only_whoever_is_known_exactly_and_tells_little,
    nobody_searches_through_the_clients,
    the_owners_and_the_privacy_contact_are_told_at_once_and_nothing_about_the_client,
    what_is_done_under_it_stands_in_the_trail_with_its_id,
    afterwards_it_is_attested_once,
    somebody_else_decides_and_once,
}

const REASON: &str = "They called from a bridge and their clinician cannot be reached.";

/// A client of the owner's, whom a clinician with a second factor does not see.
struct Scene {
    owner: Person,
    clinician: Person,
    client: String,
    other: String,
}

impl Scene {
    async fn new(app: &TestApp) -> Self {
        let owner = app.therapist().await;
        let clinician = app.beside(&owner, Role::Clinician).await;
        clinician.enrol(clock::Clock::now(app.clock.as_ref())).await;
        let add = async |given: &str| {
            let client = json!({ "given_name": given, "family_name": "Quint", "date_of_birth": "1987-05-04",
                "external_id": format!("EX-{given}") });
            owner.post("/clients", &client).await.created()["id"].as_str().expect("an id").to_owned()
        };
        let (client, other) = (add("Mara").await, add("Nils").await);
        clinician.get(&format!("/clients/{client}")).await.refused(404, "not_found");
        Self { owner, clinician, client, other }
    }

    async fn begin(&self) -> Answer {
        self.begin_as(&self.clinician).await
    }

    async fn begin_as(&self, person: &Person) -> Answer {
        let path = format!("/clients/{}/emergency-access", self.client);
        person.post(&path, &json!({ "reason": REASON })).await
    }

    /// A new one; its id.
    async fn begun(&self) -> String {
        self.begin().await.ok()["id"].as_str().expect("an id").to_owned()
    }

    async fn sees(&self) -> bool {
        let status = self.clinician.get(&format!("/clients/{}", self.client)).await.status;
        assert!([200, 404].contains(&status), "{status}");
        status == 200
    }

    /// More than an hour later everybody has signed in again.
    async fn later(&self, app: &TestApp) {
        app.clock.advance(TimeDelta::minutes(61));
        self.owner.sign_in().await.ok();
        self.clinician.sign_in().await.ok();
    }
}

async fn search(by: &Person, wanted: Value) -> Answer {
    by.post("/emergency-access/search", &wanted).await
}

async fn in_an_emergency_one_client_opens_to_one_person(app: &TestApp) {
    let scene = Scene::new(app).await;
    let colleague = app.beside(&scene.owner, Role::Supervisor).await;
    let begun = scene.begin().await.ok();
    assert_eq!((&begun["active"], &begun["client_id"]), (&json!(true), &json!(scene.client)));
    assert!(scene.sees().await);
    scene.clinician.get(&format!("/clients/{}", scene.other)).await.refused(404, "not_found");
    colleague.get(&format!("/clients/{}", scene.client)).await.refused(404, "not_found");
    let listed = scene.clinician.get("/clients").await.ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    // Sent again, it is the same one.
    assert_eq!(scene.begin().await.ok()["id"], begun["id"]);
}

async fn it_ends_by_itself_after_an_hour(app: &TestApp) {
    let scene = Scene::new(app).await;
    scene.begun().await;
    app.clock.advance(TimeDelta::minutes(59));
    assert!(scene.sees().await);
    app.clock.advance(TimeDelta::seconds(61));
    scene.clinician.sign_in().await.ok();
    assert!(!scene.sees().await);
}

async fn its_person_ends_it_before(app: &TestApp) {
    let scene = Scene::new(app).await;
    let path = format!("/emergency-access/{}/end", scene.begun().await);
    scene.owner.post_nothing(&path).await.refused(404, "not_found");
    assert!(scene.clinician.post_nothing(&path).await.ok()["ended_at"].is_string());
    assert!(!scene.sees().await);
    scene.clinician.post_nothing(&path).await.refused(409, "emergency_settled");
}

async fn it_changes_no_care_team(app: &TestApp) {
    let scene = Scene::new(app).await;
    scene.begun().await;
    let id = |me: Value| me["user"]["id"].as_str().expect("an id").to_owned();
    let own = id(scene.clinician.get("/me").await.ok());
    let theirs = id(scene.owner.get("/me").await.ok());
    for (method, user) in [(reqwest::Method::PUT, &own), (reqwest::Method::DELETE, &theirs)] {
        let path = format!("/clients/{}/care-team/{user}", scene.client);
        scene.clinician.call(method, &path).answer().await.refused(404, "not_found");
    }
    scene.later(app).await;
    assert!(!scene.sees().await);
}

async fn it_asks_for_a_reason_and_a_fresh_second_factor(app: &TestApp) {
    let scene = Scene::new(app).await;
    for role in [Role::Intern, Role::Administrator, Role::FrontDesk, Role::Auditor] {
        let person = app.beside(&scene.owner, role).await;
        scene.begin_as(&person).await.refused(403, "forbidden");
    }
    let path = format!("/clients/{}/emergency-access", scene.client);
    for reason in ["", "   ", "because"] {
        scene.clinician.post(&path, &json!({ "reason": reason })).await.refused(422, "validation");
    }
    let nobody = "/clients/01990000-0000-7000-8000-00000000dead/emergency-access";
    scene.clinician.post(nobody, &json!({ "reason": REASON })).await.refused(404, "not_found");
    app.clock.advance(TimeDelta::minutes(6));
    scene.begin().await.refused(403, "step_up_required");
    assert!(!scene.sees().await);
}

async fn who_sees_a_client_anyway_needs_none(app: &TestApp) {
    let scene = Scene::new(app).await;
    scene.begin_as(&scene.owner).await.refused(409, "emergency_not_needed");
}

async fn a_search_finds_only_whoever_is_known_exactly_and_tells_little(app: &TestApp) {
    let scene = Scene::new(app).await;
    let exactly = json!({ "given_name": "mara", "family_name": " Quint", "date_of_birth": "1987-05-04" });
    let found = search(&scene.clinician, exactly).await;
    let expected = json!({ "items": [{ "id": scene.client, "initials": "M. Q." }], "next_cursor": null });
    assert_eq!(found.ok(), expected);
    assert_eq!(search(&scene.clinician, json!({ "external_id": "EX-Mara" })).await.ok(), expected);
    for wrong in [
        json!({ "given_name": "Mar", "family_name": "Quint", "date_of_birth": "1987-05-04" }),
        json!({ "given_name": "Mara", "family_name": "Quint", "date_of_birth": "1987-05-05" }),
        json!({ "external_id": "EX" }),
    ] {
        assert_eq!(search(&scene.clinician, wrong).await.ok()["items"], json!([]));
    }
    for part in [json!({}), json!({ "family_name": "Quint" }), json!({ "external_id": "" })] {
        search(&scene.clinician, part).await.refused(422, "validation");
    }
}

async fn nobody_searches_through_the_clients(app: &TestApp) {
    let scene = Scene::new(app).await;
    let guesses =
        (0..12).map(|guess| search(&scene.clinician, json!({ "external_id": format!("EX-{guess}") })));
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 10);
    assert!(
        answers.iter().filter(|answer| answer.status != 200).all(|answer| answer.code() == "rate_limited")
    );
    scene.later(app).await;
    search(&scene.clinician, json!({ "external_id": "EX-Mara" })).await.ok();
}

async fn the_owners_and_the_privacy_contact_are_told_at_once_and_nothing_about_the_client(app: &TestApp) {
    let scene = Scene::new(app).await;
    let tag = scene.owner.get("/practice").await.etag();
    let contact = json!({ "privacy_contact": "privacy@practice.example" });
    scene.owner.patch("/practice", Some(&tag), &contact).await.ok();
    scene.begun().await;
    for to in [scene.owner.email.as_str(), "privacy@practice.example"] {
        // The end of the audit trail is mailed to the privacy contact too.
        let mut earlier = 0;
        let mail = loop {
            let mail = app.postbox.mail_to(to, earlier).await;
            if mail.text().contains("/emergency-access") {
                break mail;
            }
            earlier += 1;
        };
        assert!(mail.text().contains("Robin Sommer"), "{}", mail.text());
        for about in ["Mara", "Quint", "1987", "EX-", "bridge", scene.client.as_str()] {
            assert!(!mail.text().contains(about), "{}", mail.text());
        }
    }
    let finds =
        app.find_marks(&[Mark("bridge".to_owned()), Mark("privacy@practice.example".to_owned())]).await;
    assert!(finds.is_empty(), "{finds:#?}");
}

async fn what_is_done_under_it_stands_in_the_trail_with_its_id(app: &TestApp) {
    let scene = Scene::new(app).await;
    let id = scene.begun().await;
    scene.clinician.get(&format!("/clients/{}", scene.client)).await.ok();
    scene.clinician.get(&format!("/clients/{}/consents", scene.client)).await.ok();
    scene.owner.get(&format!("/clients/{}", scene.client)).await.ok();
    let page = scene.owner.get(&format!("/audit/events?client_id={}", scene.client)).await.ok();
    let under: Vec<_> = page["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|event| event["emergency_id"] == id.as_str())
        .filter_map(|event| event["action"].as_str())
        .collect();
    assert_eq!(under, ["consents_listed", "client_read", "emergency_begun"]);
    scene.later(app).await;
    scene.clinician.get(&format!("/clients/{}", scene.client)).await.refused(404, "not_found");
}

async fn afterwards_it_is_attested_once(app: &TestApp) {
    let scene = Scene::new(app).await;
    let id = scene.begun().await;
    scene.later(app).await;
    let own = scene.clinician.get("/me/emergency-access").await.ok();
    assert_eq!((&own["items"][0]["id"], &own["items"][0]["active"]), (&json!(id), &json!(false)));
    let path = format!("/emergency-access/{id}/attestation");
    let said = json!({ "text": "Read the safety plan and called the family." });
    scene.owner.post(&path, &said).await.refused(404, "not_found");
    scene.clinician.post(&path, &json!({ "text": " " })).await.refused(422, "validation");
    scene.clinician.post(&path, &said).await.ok();
    scene.clinician.post(&path, &json!({ "text": "Nothing." })).await.refused(409, "emergency_settled");
    assert_eq!(scene.clinician.get("/me/emergency-access").await.ok()["items"], json!([]));
    assert_eq!(scene.owner.get("/emergency-access").await.ok()["items"][0]["attestation"], said["text"]);
}

async fn somebody_else_decides_and_once(app: &TestApp) {
    let scene = Scene::new(app).await;
    let auditor = app.auditor_beside(&scene.owner).await;
    let id = scene.begun().await;
    let path = format!("/emergency-access/{id}/decision");
    let justified = json!({ "verdict": "justified", "note": "A call to the family was made." });
    scene.clinician.get("/emergency-access").await.refused(403, "forbidden");
    scene.clinician.post(&path, &justified).await.refused(403, "forbidden");
    auditor.post(&path, &justified).await.refused(409, "emergency_settled");
    scene.clinician.post_nothing(&format!("/emergency-access/{id}/end")).await.ok();
    // Not even when they have become somebody who may decide about others'.
    let user = scene.clinician.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned();
    scene.owner.patch(&format!("/users/{user}"), None, &json!({ "role": "owner" })).await.ok();
    scene.clinician.post(&path, &justified).await.refused(403, "own_emergency");
    assert_eq!(auditor.post(&path, &justified).await.ok()["verdict"], "justified");
    scene.owner.post(&path, &json!({ "verdict": "not_justified" })).await.refused(409, "emergency_settled");
}
