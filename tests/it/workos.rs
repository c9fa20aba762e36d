//! WorkOS: a practice's organisation, and what its directory tells of joiners, movers and leavers. The
//! stand-in is made after the published API: <https://workos.com/docs/reference>.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use clock::Clock as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use shared::permissions::Role;
use tests::{Answer, Answered as _, Backend, Browser, Person, Site, TestApp, parameter};

macro_rules! with_workos {
    ($($claim:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test] async fn $claim() {
                super::with_workos(tests::Backend::Sqlite, super::$claim).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test] async fn $claim() {
                super::with_workos(tests::Backend::Postgres, super::$claim).await;
            })+
        }
    };
}

with_workos! {
    a_practice_has_the_organisation_that_the_operator_gave_it,
    somebody_of_the_organisation_comes_in_and_nobody_else,
    a_joiner_is_there_before_they_first_sign_in,
    a_mover_has_another_part_at_once,
    a_leaver_is_signed_out_everywhere_at_once_and_stays_out,
    a_message_is_heeded_once_and_only_if_it_is_signed_and_new,
    messages_may_overtake_each_other,
    groups_may_be_renamed_and_go,
    the_last_owner_stays_whatever_the_directory_says,
    whom_an_owner_deactivated_the_directory_does_not_bring_back,
    an_account_that_is_elsewhere_and_an_organisation_that_is_unknown_are_passed_over,
}

const SECRET: &str = "whsec_of_the_tests";
const ADA: &str = "ada@clinic.example";

struct WorkOs {
    site: Site,
    /// The user that a code stands for, with `organization_id`.
    come: Arc<Mutex<Value>>,
}

impl WorkOs {
    async fn open() -> Self {
        let come = Arc::new(Mutex::new(Value::Null));
        let told = come.clone();
        let site = Site::open(move |asked| {
            if let Some(practice) = asked.path.strip_prefix("/organizations/external_id/") {
                // The operator has made an organisation for every practice.
                let found = json!({ "object": "organization", "id": format!("org_{practice}"),
                    "name": "Harbour", "domains": [], "external_id": practice });
                let known = asked.header("authorization") == "Bearer sk_test";
                return Site::json(if known { 200 } else { 401 }, &found.to_string());
            }
            let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
            let right = asked.path == "/user_management/authenticate"
                && body["client_secret"] == "sk_test"
                && body["code"] == "good"
                && body["code_verifier"].is_string();
            let come = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if right { Site::json(200, &come.to_string()) } else { Site::json(400, "{}") }
        })
        .await;
        Self { site, come }
    }

    fn sends(&self, email: &str, organization: &str) {
        *self.come.lock().unwrap_or_else(PoisonError::into_inner) = json!({
            "user": { "object": "user", "id": format!("user_{email}"), "email": email,
                "email_verified": true, "first_name": "Ada", "last_name": "Marsh" },
            "organization_id": organization, "access_token": "a", "refresh_token": "r",
        });
    }
}

async fn with_workos(backend: Backend, claim: impl AsyncFnOnce(&TestApp, &WorkOs)) {
    let workos = WorkOs::open().await;
    let settings = [
        ("OUTBOUND_ALLOWED_HOSTS", workos.site.host()),
        ("WORKOS_URL", &workos.site.address),
        ("WORKOS_CLIENT_ID", "client_01"),
        ("WORKOS_API_KEY", "sk_test"),
        ("WORKOS_WEBHOOK_SECRET", SECRET),
        ("WORKOS_COOKIE_PASSWORD", "a password of more than thirty-two characters"),
    ];
    if let Some(app) = TestApp::start_with(backend, &settings).await {
        claim(&app, &workos).await;
        app.stop().await;
    }
}

fn settings(changes: Value) -> Value {
    let mut settings =
        json!({ "kind": "workos", "name": "Harbour", "domains": ["clinic.example", "practice.example"] });
    for (name, value) in changes.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    settings
}

/// The owner, the connection and the organisation of a practice.
async fn connected(app: &TestApp, changes: Value) -> (Person, String, String) {
    let owner = app.therapist().await;
    let made = owner.post("/sso/connections", &settings(changes)).await.created();
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (owner, text("id"), text("organization_id"))
}

async fn through(app: &TestApp, connection: &str) -> Answer {
    let mut browser = Browser::new(app);
    let page = browser.begin(&json!({ "connection_id": connection })).await;
    browser.come_back(&[("code", "good"), ("state", &parameter(&page, "state"))]).await
}

/// A message of the directory, as it was signed at a moment.
async fn tell_at(app: &TestApp, message: &Value, signed_at: DateTime<Utc>, secret: &str) -> Answer {
    let body = message.to_string();
    let at = signed_at.timestamp_millis();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{at}.{body}").as_bytes());
    let header = format!("t={at}, v1={}", hex::encode(mac.finalize().into_bytes()));
    let request = app.nobody().call(Method::POST, "/webhooks/workos").header("workos-signature", header);
    request.header("content-type", "application/json").body(body).answer().await
}

async fn tell(app: &TestApp, message: &Value) {
    tell_at(app, message, app.clock.now(), SECRET).await.expect(204);
}

fn message(app: &TestApp, event: &str, minute: i64, data: Value) -> Value {
    let at = (app.clock.now() + TimeDelta::minutes(minute)).to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({ "id": format!("event_{}", app.clock.new_id()), "event": event, "created_at": at, "data": data })
}

fn user(organization: &str, email: &str, state: &str) -> Value {
    json!({ "object": "directory_user", "id": format!("directory_user_{email}"), "directory_id": "directory_01",
        "organization_id": organization, "idp_id": "1", "email": email, "first_name": "Ada",
        "last_name": "Marsh", "state": state, "raw_attributes": {}, "custom_attributes": {} })
}

fn group(organization: &str, name: &str) -> Value {
    json!({ "object": "directory_group", "id": "directory_group_01", "idp_id": "g", "name": name,
        "directory_id": "directory_01", "organization_id": organization, "raw_attributes": {} })
}

fn in_group(organization: &str, email: &str, name: &str) -> Value {
    json!({ "directory_id": "directory_01", "user": user(organization, email, "active"),
        "group": group(organization, name) })
}

/// How somebody stands in the practice: their role, and whether they may sign in.
async fn standing(owner: &Person, email: &str) -> Option<(String, bool)> {
    let page = owner.get("/users").await.ok();
    let found = page["items"].as_array()?.iter().find(|it| it["email"] == email)?.clone();
    Some((found["role"].as_str()?.to_owned(), found["active"].as_bool()?))
}

async fn stands(owner: &Person, email: &str, role: &str, active: bool) {
    assert_eq!(standing(owner, email).await, Some((role.to_owned(), active)));
}

async fn a_practice_has_the_organisation_that_the_operator_gave_it(app: &TestApp, workos: &WorkOs) {
    let (owner, id, organization) = connected(app, json!({})).await;
    let practice = owner.get("/me").await.ok()["practice"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(organization, format!("org_{practice}"));
    let checked = owner.post(&format!("/sso/connections/{id}/check"), &json!({})).await.ok();
    assert_eq!(checked["usable"], true);
    // Nobody names an organisation themselves.
    let mut named = settings(json!({ "domains": ["other.example"] }));
    named["organization_id"] = json!("org_of_somebody_else");
    owner.post("/sso/connections", &named).await.refused(400, "invalid_request");
    assert!(workos.site.requests().iter().all(|asked| asked.path.starts_with("/organizations/external_id/")));
}

async fn somebody_of_the_organisation_comes_in_and_nobody_else(app: &TestApp, workos: &WorkOs) {
    let (_owner, id, organization) = connected(app, json!({ "default_role": "clinician" })).await;
    workos.sends(ADA, "org_of_somebody_else");
    assert!(through(app, &id).await.header("location").ends_with("sso_failed"));
    workos.sends(ADA, &organization);
    let answer = through(app, &id).await;
    assert!(answer.header("location").ends_with("sso=done"), "{}", answer.header("location"));
    let ada = Person::new(&app.address, ADA);
    ada.refresh(&answer.cookie("refresh").expect("signed in")).await.ok();
    assert_eq!(ada.get("/me").await.ok()["role"], "clinician");
    workos.sends("eve@elsewhere.example", &organization);
    assert!(through(app, &id).await.header("location").ends_with("sso_email_refused"));
}

async fn a_joiner_is_there_before_they_first_sign_in(app: &TestApp, workos: &WorkOs) {
    let mapped = json!({ "role_mapping": [{ "group": "Therapists", "role": "clinician" }] });
    let (owner, id, organization) = connected(app, mapped).await;
    tell(app, &message(app, "dsync.user.created", 0, user(&organization, ADA, "active"))).await;
    assert_eq!(standing(&owner, ADA).await, None, "no group gives them a part yet");
    let added = in_group(&organization, ADA, "Therapists");
    tell(app, &message(app, "dsync.group.user_added", 1, added)).await;
    stands(&owner, ADA, "clinician", true).await;
    workos.sends(ADA, &organization);
    assert!(through(app, &id).await.header("location").ends_with("sso=done"));
    let joined = owner.get("/audit/events?action=sso_joined").await.ok();
    assert_eq!(joined["items"][0]["actor"], "system:directory");
}

async fn a_mover_has_another_part_at_once(app: &TestApp, _workos: &WorkOs) {
    let mapped = json!({ "role_mapping": [{ "group": "Leads", "role": "supervisor" }],
        "default_role": "clinician" });
    let (owner, _, organization) = connected(app, mapped).await;
    let biller = app.beside(&owner, Role::Biller).await;
    let email = "biller@practice.example";
    tell(app, &message(app, "dsync.user.created", 0, user(&organization, email, "active"))).await;
    assert_eq!(biller.get("/me").await.ok()["role"], "clinician");
    tell(app, &message(app, "dsync.group.user_added", 1, in_group(&organization, email, "Leads"))).await;
    assert_eq!(biller.get("/me").await.ok()["role"], "supervisor");
    tell(app, &message(app, "dsync.group.user_removed", 2, in_group(&organization, email, "Leads"))).await;
    assert_eq!(biller.get("/me").await.ok()["role"], "clinician");
}

async fn a_leaver_is_signed_out_everywhere_at_once_and_stays_out(app: &TestApp, workos: &WorkOs) {
    let (owner, id, organization) = connected(app, json!({ "default_role": "clinician" })).await;
    let biller = app.beside(&owner, Role::Biller).await;
    let email = "biller@practice.example";
    tell(app, &message(app, "dsync.user.created", 0, user(&organization, email, "active"))).await;
    biller.get("/me").await.ok();
    tell(app, &message(app, "dsync.user.updated", 1, user(&organization, email, "inactive"))).await;
    biller.get("/me").await.refused(401, "unauthenticated");
    stands(&owner, email, "biller", false).await;
    workos.sends(email, &organization);
    assert!(through(app, &id).await.header("location").ends_with("sso_deactivated"));
    // Back from leave, and gone for good.
    tell(app, &message(app, "dsync.user.updated", 2, user(&organization, email, "active"))).await;
    biller.sign_in().await.ok();
    tell(app, &message(app, "dsync.user.deleted", 3, user(&organization, email, "active"))).await;
    biller.get("/me").await.refused(401, "unauthenticated");
    let events = owner.get("/audit/events?action=person_deactivated").await.ok();
    assert_eq!(events["items"].as_array().map(Vec::len), Some(2));
}

async fn a_message_is_heeded_once_and_only_if_it_is_signed_and_new(app: &TestApp, _workos: &WorkOs) {
    let (owner, _, organization) = connected(app, json!({ "default_role": "clinician" })).await;
    let joined = message(app, "dsync.user.created", 0, user(&organization, ADA, "active"));
    let now = app.clock.now();
    tell_at(app, &joined, now, "whsec_of_somebody_else").await.refused(401, "webhook_refused");
    tell_at(app, &joined, now - TimeDelta::minutes(4), SECRET).await.refused(401, "webhook_refused");
    tell_at(app, &joined, now + TimeDelta::minutes(4), SECRET).await.refused(401, "webhook_refused");
    app.nobody().post("/webhooks/workos", &joined).await.refused(401, "webhook_refused");
    tell_at(app, &json!({ "id": "x" }), now, SECRET).await.refused(400, "invalid_request");
    assert_eq!(standing(&owner, ADA).await, None);
    tell(app, &joined).await;
    stands(&owner, ADA, "clinician", true).await;
    // Sent again after they were moved here, it moves nobody.
    let (one, other) = tokio::join!(
        tell_at(app, &joined, app.clock.now(), SECRET),
        tell_at(app, &joined, app.clock.now(), SECRET)
    );
    assert_eq!((one.status, other.status), (204, 204));
    let heard = owner.get("/audit/events?action=directory_heard").await.ok();
    let heeded = heard["items"].as_array().into_iter().flatten().filter(|it| it["outcome"] == "done").count();
    assert_eq!(heeded, 1, "{heard}");
}

async fn messages_may_overtake_each_other(app: &TestApp, _workos: &WorkOs) {
    let mapped = json!({ "role_mapping": [{ "group": "Leads", "role": "supervisor" }],
        "default_role": "clinician" });
    let (owner, _, organization) = connected(app, mapped).await;
    // Gone before they are told to have come.
    tell(app, &message(app, "dsync.user.deleted", 2, user(&organization, ADA, "active"))).await;
    tell(app, &message(app, "dsync.user.created", 0, user(&organization, ADA, "active"))).await;
    tell(app, &message(app, "dsync.group.user_added", 1, in_group(&organization, ADA, "Leads"))).await;
    assert_eq!(standing(&owner, ADA).await, None);
    // Out of the group before they are told to be in it.
    let ben = "ben@clinic.example";
    tell(app, &message(app, "dsync.group.user_removed", 2, in_group(&organization, ben, "Leads"))).await;
    tell(app, &message(app, "dsync.group.user_added", 1, in_group(&organization, ben, "Leads"))).await;
    tell(app, &message(app, "dsync.user.created", 0, user(&organization, ben, "active"))).await;
    stands(&owner, ben, "clinician", true).await;
    // On leave, and only then told to be at work.
    tell(app, &message(app, "dsync.user.updated", 9, user(&organization, ben, "inactive"))).await;
    tell(app, &message(app, "dsync.user.updated", 8, user(&organization, ben, "active"))).await;
    stands(&owner, ben, "clinician", false).await;
}

async fn groups_may_be_renamed_and_go(app: &TestApp, _workos: &WorkOs) {
    let mapped = json!({ "role_mapping": [{ "group": "Leads", "role": "supervisor" },
        { "group": "Interns", "role": "intern" }], "default_role": "clinician" });
    let (owner, _, organization) = connected(app, mapped).await;
    tell(app, &message(app, "dsync.group.user_added", 0, in_group(&organization, ADA, "Leads"))).await;
    stands(&owner, ADA, "supervisor", true).await;
    tell(app, &message(app, "dsync.group.updated", 1, group(&organization, "Interns"))).await;
    stands(&owner, ADA, "intern", true).await;
    tell(app, &message(app, "dsync.group.deleted", 2, group(&organization, "Interns"))).await;
    stands(&owner, ADA, "clinician", true).await;
}

async fn the_last_owner_stays_whatever_the_directory_says(app: &TestApp, _workos: &WorkOs) {
    let mapped = json!({ "role_mapping": [{ "group": "Interns", "role": "intern" }] });
    let (owner, _, organization) = connected(app, mapped).await;
    let vera = "vera@practice.example";
    tell(app, &message(app, "dsync.group.user_added", 0, in_group(&organization, vera, "Interns"))).await;
    tell(app, &message(app, "dsync.user.deleted", 1, user(&organization, vera, "active"))).await;
    stands(&owner, vera, "owner", true).await;
    let refused = owner.get("/audit/events?action=person_deactivated").await.ok();
    assert_eq!(refused["items"][0]["outcome"], "last_owner");
}

async fn whom_an_owner_deactivated_the_directory_does_not_bring_back(app: &TestApp, _workos: &WorkOs) {
    let (owner, _, organization) = connected(app, json!({ "default_role": "clinician" })).await;
    tell(app, &message(app, "dsync.user.created", 0, user(&organization, ADA, "active"))).await;
    let page = owner.get("/users").await.ok();
    let ada = page["items"].as_array().into_iter().flatten().find(|it| it["email"] == ADA).cloned();
    let id = ada.expect("she is there")["id"].as_str().expect("an id").to_owned();
    owner.patch(&format!("/users/{id}"), None, &json!({ "active": false })).await.ok();
    tell(app, &message(app, "dsync.user.updated", 1, user(&organization, ADA, "active"))).await;
    stands(&owner, ADA, "clinician", false).await;
}

async fn an_account_that_is_elsewhere_and_an_organisation_that_is_unknown_are_passed_over(
    app: &TestApp,
    _workos: &WorkOs,
) {
    let (owner, _, organization) = connected(app, json!({ "default_role": "clinician" })).await;
    tell(app, &message(app, "dsync.user.created", 0, user("org_unknown", ADA, "active"))).await;
    tell(app, &message(app, "connection.activated", 0, json!({}))).await;
    let eve = user(&organization, "eve@elsewhere.example", "active");
    tell(app, &message(app, "dsync.user.created", 0, eve)).await;
    assert_eq!(owner.get("/users").await.ok()["items"].as_array().map(Vec::len), Some(1));
    let elsewhere = Person::new(&app.address, ADA);
    if elsewhere.register("Another Practice", "Somebody").await.status != 201 {
        return;
    }
    tell(app, &message(app, "dsync.user.created", 0, user(&organization, ADA, "active"))).await;
    assert_eq!(standing(&owner, ADA).await, None);
    // Nor does the directory of this practice reach into the other.
    tell(app, &message(app, "dsync.user.deleted", 1, user(&organization, ADA, "active"))).await;
    elsewhere.get("/me").await.ok();
}
