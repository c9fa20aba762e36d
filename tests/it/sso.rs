//! Signing in at a provider: who comes in, who does not, and what a practice may ask for.

use chrono::TimeDelta;
use clock::Clock as _;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{
    Answer, Answered as _, Backend, Browser, IdentityProvider, Mark, PASSWORD, Person, TestApp, parameter,
    totp,
};

/// Makes two tests of each claim, on both databases, with a provider that the operator lists.
macro_rules! with_a_provider {
    ($($claim:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test] async fn $claim() {
                super::with_provider(tests::Backend::Sqlite, super::$claim).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test] async fn $claim() {
                super::with_provider(tests::Backend::Postgres, super::$claim).await;
            })+
        }
    };
}

with_a_provider! {
    somebody_new_joins_by_their_organisation,
    somebody_of_the_practice_is_found_by_their_verified_e_mail_and_from_then_on_by_who_they_are,
    an_e_mail_that_is_not_verified_or_of_another_domain_opens_nothing,
    an_account_of_another_practice_is_not_linked,
    a_provider_of_one_practice_opens_no_other,
    a_provider_opens_its_own_practice_alone_for_somebody_who_works_in_two,
    a_domain_leads_to_one_practice,
    a_try_is_good_once,
    a_try_is_good_for_ten_minutes_in_the_browser_that_began_it,
    an_answer_from_elsewhere_or_without_a_code_signs_nobody_in,
    the_part_follows_the_groups,
    nobody_new_comes_in_without_a_part,
    no_provider_makes_an_owner,
    an_owner_comes_only_where_an_owner_vouches,
    whoever_is_deactivated_stays_out,
    passwords_are_switched_off_once_somebody_has_come_and_never_for_owners,
    the_second_factor_is_asked_for_unless_the_provider_saw_one,
    whoever_came_by_a_provider_chooses_a_password_to_sign_with,
    a_connection_is_made_with_a_fresh_second_factor,
    a_provider_inside_is_asked_only_where_the_operator_listed_it,
    secrets_are_nowhere_in_the_clear,
}

async fn with_provider(backend: Backend, claim: impl AsyncFnOnce(&TestApp, &IdentityProvider)) {
    let provider = IdentityProvider::open().await;
    let settings = [("OUTBOUND_ALLOWED_HOSTS", provider.host()), ("SSO_BY_DOMAIN", "true")];
    if let Some(app) = TestApp::start_with(backend, &settings).await {
        claim(&app, &provider).await;
        app.stop().await;
    }
}

const ROBIN: &str = "robin@clinic.example";

fn by_email(email: &str) -> Value {
    json!({ "email": email })
}

fn verified(subject: &str, email: &str) -> Value {
    json!({ "sub": subject, "email": email, "email_verified": true })
}

/// The owner of a practice with a connection to the provider; new people are clinicians.
async fn connected(app: &TestApp, provider: &IdentityProvider) -> (Person, String) {
    let owner = app.therapist().await;
    let id = connect(&owner, &provider.settings(&["clinic.example"], Some("clinician"))).await;
    (owner, id)
}

async fn connect(owner: &Person, settings: &Value) -> String {
    let made = owner.post("/sso/connections", settings).await.created();
    made["id"].as_str().expect("an id").to_owned()
}

async fn change(by: &Person, id: &str, provider: &IdentityProvider, changes: Value) -> Answer {
    let mut settings = provider.settings(&["clinic.example"], Some("clinician"));
    for (name, value) in changes.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    by.put(&format!("/sso/connections/{id}"), &settings).await
}

/// Where somebody is sent who is not let in.
#[track_caller]
fn sent_away(answer: &Answer, code: &str) {
    let place = answer.header("location");
    assert!(
        answer.status == 303 && place.ends_with(&format!("/sign-in?sso={code}")),
        "{} {place}",
        answer.status
    );
    assert!(answer.cookie("refresh").is_none());
}

async fn goes(app: &TestApp, provider: &IdentityProvider, how: &Value) -> Answer {
    Browser::new(app).through(app, provider, how).await
}

async fn me(person: &Person) -> Value {
    person.get("/me").await.ok()
}

async fn people(owner: &Person) -> Vec<Value> {
    owner.get("/users").await.ok()["items"].as_array().expect("a list").clone()
}

async fn somebody_new_joins_by_their_organisation(app: &TestApp, provider: &IdentityProvider) {
    let (owner, _) = connected(app, provider).await;
    provider.vouch(verified("robin-1", "Robin@Clinic.example"));
    let robin = Browser::arrives(app, provider, &by_email(ROBIN)).await;
    let me = me(&robin).await;
    assert_eq!((me["role"].as_str(), me["user"]["name"].as_str()), (Some("clinician"), Some("Robin Sommer")));
    assert_eq!(me["practice"]["name"], "Lindenhof Practice");
    assert_eq!(people(&owner).await.len(), 2);
    // Nobody guesses the password of somebody who has none.
    let login = json!({ "email": ROBIN, "password": PASSWORD });
    app.nobody().post("/auth/login", &login).await.refused(401, "invalid_credentials");
    app.nobody().post("/auth/login", &json!({ "email": ROBIN, "password": "" })).await.expect(401);
    let events = owner.get("/audit/events?action=sso_joined").await.ok();
    assert_eq!(events["items"].as_array().map(Vec::len), Some(1));
}

async fn somebody_of_the_practice_is_found_by_their_verified_e_mail_and_from_then_on_by_who_they_are(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    let owner = app.therapist().await;
    let clinician = app.beside(&owner, Role::Biller).await;
    let id = me(&clinician).await["user"]["id"].clone();
    connect(&owner, &provider.settings(&["practice.example"], Some("clinician"))).await;
    let how = by_email("biller@practice.example");
    provider.vouch(verified("b-1", "biller@practice.example"));
    let arrived = me(&Browser::arrives(app, provider, &how).await).await;
    assert_eq!((&arrived["user"]["id"], arrived["role"].as_str()), (&id, Some("biller")));
    // The provider may call them something else, or say nothing of their e-mail any more.
    provider.vouch(json!({ "sub": "b-1" }));
    assert_eq!(me(&Browser::arrives(app, provider, &how).await).await["user"]["id"], id);
    // Somebody else with their former e-mail is somebody else: the address is taken by its account.
    provider.vouch(verified("b-2", "nobody@elsewhere.example"));
    sent_away(&goes(app, provider, &how).await, "sso_email_refused");
}

async fn an_e_mail_that_is_not_verified_or_of_another_domain_opens_nothing(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    let (owner, _) = connected(app, provider).await;
    for claims in [
        json!({ "sub": "x", "email": ROBIN }),
        json!({ "sub": "x", "email": ROBIN, "email_verified": false }),
        json!({ "sub": "x", "email_verified": true }),
        verified("x", "robin@clinic.example.evil.example"),
        verified("x", "robin@elsewhere.example"),
        // The owner's own, whose domain the connection does not speak for.
        verified("x", "vera@practice.example"),
    ] {
        provider.vouch(claims);
        sent_away(&goes(app, provider, &by_email(ROBIN)).await, "sso_email_refused");
    }
    assert_eq!(people(&owner).await.len(), 1);
    let refused = owner.get("/audit/events?action=sso_refused").await.ok();
    assert_eq!(refused["items"][0]["outcome"], "sso_email_refused");
}

async fn an_account_of_another_practice_is_not_linked(app: &TestApp, provider: &IdentityProvider) {
    let (_owner, id) = connected(app, provider).await;
    // Whoever is first may make an account with somebody else's e-mail: it stays what it was.
    let elsewhere = Person::new(&app.address, ROBIN);
    let registered = elsewhere.register("Another Practice", "Somebody").await;
    if registered.code() == "second_practice_refused" {
        return;
    }
    let before = me(&elsewhere).await;
    provider.vouch(verified("robin-1", ROBIN));
    sent_away(&goes(app, provider, &json!({ "connection_id": id })).await, "sso_account_elsewhere");
    assert_eq!(me(&elsewhere).await, before);
}

async fn a_provider_of_one_practice_opens_no_other(app: &TestApp, provider: &IdentityProvider) {
    let (_, first) = connected(app, provider).await;
    let Some(stranger) = app.stranger_from_another_practice().await else { return };
    let second = connect(&stranger, &provider.settings(&["other.example"], Some("clinician"))).await;
    provider.vouch(verified("robin-1", ROBIN));
    let robin = Browser::arrives(app, provider, &json!({ "connection_id": first })).await;
    assert_eq!(me(&robin).await["practice"]["name"], "Lindenhof Practice");
    // The same person of the same provider is nobody to the other practice.
    sent_away(&goes(app, provider, &json!({ "connection_id": second })).await, "sso_email_refused");
    change_at(&stranger, &second, provider, &["other.example"]).await.ok();
    provider.vouch(verified("robin-1", "robin@other.example"));
    let other = Browser::arrives(app, provider, &json!({ "connection_id": second })).await;
    assert_eq!(me(&other).await["practice"]["name"], "Another Practice");
    assert_ne!(me(&other).await["user"]["id"], me(&robin).await["user"]["id"]);
    // And the way back of one practice's try does not lead into the other.
    let mut browser = Browser::new(app);
    let page = browser.begin(&json!({ "connection_id": first })).await;
    let mut state = parameter(&page, "state");
    let other = parameter(&browser.begin(&json!({ "connection_id": second })).await, "state");
    state.replace_range(..36, &other[..36]);
    sent_away(&browser.come_back(&[("code", "good"), ("state", &state)]).await, "sso_expired");
}

async fn change_at(by: &Person, id: &str, provider: &IdentityProvider, domains: &[&str]) -> Answer {
    by.put(&format!("/sso/connections/{id}"), &provider.settings(domains, Some("clinician"))).await
}

async fn a_provider_opens_its_own_practice_alone_for_somebody_who_works_in_two(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    let (owner, id) = connected(app, provider).await;
    let Some(stranger) = app.stranger_from_another_practice().await else { return };
    // Somebody of both practices, who has a password.
    let token = app.invite(&owner, ROBIN, Role::Biller).await;
    let robin = Person::new(&app.address, ROBIN);
    robin.accept(&token, "Robin Sommer").await.created();
    let token = app.invite(&stranger, ROBIN, Role::Biller).await;
    let join = json!({ "token": token, "password": PASSWORD });
    robin.post("/me/practices", &join).await.ok();
    let other = me(&stranger).await["practice"]["id"].clone();
    let switch = json!({ "practice_id": other });
    provider.vouch(verified("robin-1", ROBIN));
    let sent = Browser::arrives(app, provider, &json!({ "connection_id": id })).await;
    sent.post("/auth/switch", &switch).await.refused(403, "sso_switch_refused");
    assert_eq!(me(&sent).await["practice"]["name"], "Lindenhof Practice");
    // By their own password they go where they work.
    robin.post("/auth/switch", &switch).await.ok();
}

async fn a_domain_leads_to_one_practice(app: &TestApp, provider: &IdentityProvider) {
    let (owner, id) = connected(app, provider).await;
    let twice = provider.settings(&["fresh.example", "Clinic.Example"], Some("clinician"));
    owner.post("/sso/connections", &twice).await.refused(409, "sso_domain_taken");
    if let Some(stranger) = app.stranger_from_another_practice().await {
        stranger.post("/sso/connections", &twice).await.refused(409, "sso_domain_taken");
    }
    assert_eq!(owner.get("/sso/connections").await.ok()["items"].as_array().map(Vec::len), Some(1));
    // Where it leads nowhere, and where the address is nobody's, the answer has one shape.
    let mut browser = Browser::new(app);
    let nowhere = browser.begin(&by_email("a@nowhere.example")).await;
    assert!(nowhere.as_str().ends_with("/sign-in?sso=sso_unknown"));
    assert_eq!(browser.begin(&by_email("vera@CLINIC.example")).await.path(), "/authorize");
    assert_eq!(browser.begin(&by_email("nobody-at-all@clinic.example")).await.path(), "/authorize");
    owner.call(Method::DELETE, &format!("/sso/connections/{id}")).answer().await.expect(204);
    let gone = browser.begin(&by_email(ROBIN)).await;
    assert!(gone.as_str().ends_with("sso=sso_unknown"));
    browser.try_begin(&json!({})).await.refused(422, "validation");
    // Another page begins nothing in somebody's name.
    let request = app.nobody().call(Method::POST, "/auth/sso/begin").header("sec-fetch-site", "cross-site");
    request.json(&by_email(ROBIN)).answer().await.refused(403, "cross_site");
}

async fn a_try_is_good_once(app: &TestApp, provider: &IdentityProvider) {
    connected(app, provider).await;
    provider.vouch(verified("robin-1", ROBIN));
    let mut browser = Browser::new(app);
    let page = browser.begin(&by_email(ROBIN)).await;
    let state = parameter(&page, "state");
    let back = [("code", "good"), ("state", state.as_str()), ("iss", provider.issuer())];
    let (one, other) = tokio::join!(browser.come_back(&back), browser.come_back(&back));
    let expired = [&one, &other].iter().filter(|it| it.header("location").ends_with("sso_expired")).count();
    assert_eq!(expired, 1, "of two who bring one state, one is first");
    sent_away(&browser.come_back(&back).await, "sso_expired");
    // A failure ends it too.
    let page = browser.begin(&by_email(ROBIN)).await;
    let state = parameter(&page, "state");
    sent_away(&browser.come_back(&[("error", "access_denied"), ("state", &state)]).await, "sso_failed");
    sent_away(&browser.come_back(&[("code", "good"), ("state", &state)]).await, "sso_expired");
}

async fn a_try_is_good_for_ten_minutes_in_the_browser_that_began_it(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    connected(app, provider).await;
    provider.vouch(verified("robin-1", ROBIN));
    let mut browser = Browser::new(app);
    let page = browser.begin(&by_email(ROBIN)).await;
    let state = parameter(&page, "state");
    let back = [("code", "good"), ("state", state.as_str()), ("iss", provider.issuer())];
    // Somebody who was sent the address of the way back, with a try of their own or without.
    let mut victim = Browser::new(app);
    sent_away(&victim.come_back(&back).await, "sso_expired");
    victim.begin(&by_email(ROBIN)).await;
    sent_away(&victim.come_back(&back).await, "sso_expired");
    for altered in
        [state[..state.len() - 1].to_owned(), format!("{state}x"), "nonsense".to_owned(), String::new()]
    {
        sent_away(&browser.come_back(&[("code", "good"), ("state", &altered)]).await, "sso_expired");
    }
    sent_away(&browser.come_back(&[("code", "good")]).await, "sso_expired");
    app.clock.advance(TimeDelta::minutes(10));
    sent_away(&browser.come_back(&back).await, "sso_expired");
}

async fn an_answer_from_elsewhere_or_without_a_code_signs_nobody_in(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    connected(app, provider).await;
    let evil = IdentityProvider::open().await;
    for iss in [Some(evil.issuer()), Some(""), None] {
        let mut browser = Browser::new(app);
        let state = parameter(&browser.begin(&by_email(ROBIN)).await, "state");
        let mut back = vec![("code", "good"), ("state", state.as_str())];
        back.extend(iss.map(|iss| ("iss", iss)));
        sent_away(&browser.come_back(&back).await, "sso_failed");
    }
    // A token that was made for another try: its nonce is another one.
    provider.vouch(verified("robin-1", ROBIN));
    let mut one = Browser::new(app);
    let first = parameter(&one.begin(&by_email(ROBIN)).await, "state");
    one.through(app, provider, &by_email(ROBIN)).await;
    let mut other = Browser::new(app);
    let state = parameter(&other.begin(&by_email(ROBIN)).await, "state");
    let back = [("code", "good"), ("state", state.as_str()), ("iss", provider.issuer())];
    sent_away(&other.come_back(&back).await, "sso_failed");
    sent_away(&other.come_back(&[("code", "good"), ("state", &first)]).await, "sso_expired");
}

async fn the_part_follows_the_groups(app: &TestApp, provider: &IdentityProvider) {
    let (owner, id) = connected(app, provider).await;
    let mapped = json!({ "groups_claim": "groups", "default_role": "front_desk", "role_mapping": [
        { "group": "Leads", "role": "supervisor" }, { "group": "Staff", "role": "clinician" }] });
    change(&owner, &id, provider, mapped.clone()).await.ok();
    let arrives = async |groups: Value| {
        let mut claims = verified("robin-1", ROBIN);
        claims["groups"] = groups;
        provider.vouch(claims);
        me(&Browser::arrives(app, provider, &by_email(ROBIN)).await).await["role"].clone()
    };
    assert_eq!(arrives(json!(["Staff", "Everybody"])).await, "clinician");
    assert_eq!(arrives(json!(["Staff", "Leads"])).await, "supervisor");
    assert_eq!(arrives(json!("Staff")).await, "clinician");
    assert_eq!(arrives(json!([])).await, "front_desk");
    assert_eq!(people(&owner).await.len(), 2);
    let mut strict = mapped;
    strict["default_role"] = Value::Null;
    change(&owner, &id, provider, strict).await.ok();
    sent_away(&goes(app, provider, &by_email(ROBIN)).await, "sso_no_role");
}

async fn nobody_new_comes_in_without_a_part(app: &TestApp, provider: &IdentityProvider) {
    let owner = app.therapist().await;
    connect(&owner, &provider.settings(&["clinic.example"], None)).await;
    provider.vouch(verified("robin-1", ROBIN));
    sent_away(&goes(app, provider, &by_email(ROBIN)).await, "sso_no_role");
    assert_eq!(people(&owner).await.len(), 1);
}

async fn no_provider_makes_an_owner(app: &TestApp, provider: &IdentityProvider) {
    let owner = app.therapist().await;
    let default = provider.settings(&["clinic.example"], Some("owner"));
    owner.post("/sso/connections", &default).await.refused(422, "validation");
    let mut mapped = provider.settings(&["clinic.example"], None);
    mapped["role_mapping"] = json!([{ "group": "Leads", "role": "owner" }]);
    owner.post("/sso/connections", &mapped).await.refused(422, "validation");
    for (field, wrong) in [
        ("issuer", json!("ftp://x.example")),
        ("issuer", json!("https://x.example/?a")),
        ("client_id", json!("")),
        ("domains", json!([])),
        ("domains", json!(["localhost"])),
        ("domains", json!(["a b.example"])),
        ("domains", json!(["@clinic.example"])),
        ("name", json!("")),
    ] {
        let mut settings = provider.settings(&["clinic.example"], None);
        settings[field] = wrong;
        owner.post("/sso/connections", &settings).await.refused(422, "validation");
    }
}

async fn an_owner_comes_only_where_an_owner_vouches(app: &TestApp, provider: &IdentityProvider) {
    let owner = app.therapist().await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    let settings = provider.settings(&["practice.example"], Some("clinician"));
    let id = connect(&administrator, &settings).await;
    let how = json!({ "connection_id": id });
    provider.vouch(verified("vera", "vera@practice.example"));
    sent_away(&goes(app, provider, &how).await, "sso_owner_refused");
    owner.put(&format!("/sso/connections/{id}"), &settings).await.ok();
    let answer = goes(app, provider, &how).await;
    assert!(answer.header("location").contains("#second-step="), "{}", answer.header("location"));
    // The owner is known to the provider now; whoever changes the connection ends what that is worth.
    administrator.put(&format!("/sso/connections/{id}"), &settings).await.ok();
    sent_away(&goes(app, provider, &how).await, "sso_owner_refused");
}

async fn whoever_is_deactivated_stays_out(app: &TestApp, provider: &IdentityProvider) {
    let (owner, _) = connected(app, provider).await;
    provider.vouch(verified("robin-1", ROBIN));
    let robin = Browser::arrives(app, provider, &by_email(ROBIN)).await;
    let id = me(&robin).await["user"]["id"].as_str().expect("an id").to_owned();
    owner.patch(&format!("/users/{id}"), None, &json!({ "active": false })).await.ok();
    robin.get("/me").await.refused(401, "unauthenticated");
    sent_away(&goes(app, provider, &by_email(ROBIN)).await, "sso_deactivated");
    provider.vouch(verified("robin-2", ROBIN));
    sent_away(&goes(app, provider, &by_email(ROBIN)).await, "sso_deactivated");
}

async fn passwords_are_switched_off_once_somebody_has_come_and_never_for_owners(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    let owner = app.therapist().await;
    let biller = app.beside(&owner, Role::Biller).await;
    let token = app.invite(&owner, "late@practice.example", Role::Biller).await;
    let mut settings = provider.settings(&["practice.example"], Some("clinician"));
    let id = connect(&owner, &settings).await;
    settings["sso_only"] = json!(true);
    let path = format!("/sso/connections/{id}");
    owner.put(&path, &settings).await.refused(409, "sso_untried");
    provider.vouch(verified("b-1", "biller@practice.example"));
    let how = json!({ "connection_id": id });
    Browser::arrives(app, provider, &how).await;
    assert_eq!(owner.put(&path, &settings).await.ok()["sso_only"], true);
    // Only who knows the password learns that it is not enough.
    biller.sign_in().await.refused(403, "sso_required");
    let wrong = json!({ "email": biller.email, "password": "a sentence that is wrong" });
    app.nobody().post("/auth/login", &wrong).await.refused(401, "invalid_credentials");
    Person::new(&app.address, "late@practice.example")
        .accept(&token, "Late")
        .await
        .refused(403, "sso_required");
    assert_eq!(people(&owner).await.len(), 2);
    // The provider still opens, and the owner's way back in.
    Browser::arrives(app, provider, &how).await;
    owner.sign_in().await.ok();
    let refused = owner.get("/audit/events?action=sign_in_refused").await.ok();
    assert!(refused["items"].to_string().contains("sso_required"));
    owner.call(Method::DELETE, &path).answer().await.expect(204);
    biller.sign_in().await.ok();
}

async fn the_second_factor_is_asked_for_unless_the_provider_saw_one(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    let owner = app.therapist().await;
    let biller = app.beside(&owner, Role::Biller).await;
    let secret = biller.enrol(app.clock.now()).await;
    let mut settings = provider.settings(&["practice.example"], None);
    let id = connect(&owner, &settings).await;
    let how = json!({ "connection_id": id });
    provider.vouch(verified("b-1", "biller@practice.example"));
    let answer = goes(app, provider, &how).await;
    let place = answer.header("location").to_owned();
    assert!(answer.cookie("refresh").is_none());
    settings["sso_only"] = json!(true);
    owner.put(&format!("/sso/connections/{id}"), &settings).await.ok();
    let token = place.split_once("/sign-in#second-step=").expect("a token").1;
    let shown = json!({ "mfa_token": token, "method": "totp", "code": totp(&secret, app.clock.now(), 1) });
    // Come by the provider, they pass where passwords do not.
    let signed_in = biller.post("/auth/mfa", &shown).await;
    signed_in.ok();
    let mut claims = verified("b-1", "biller@practice.example");
    claims["amr"] = json!(["pwd", "mfa"]);
    provider.vouch(claims);
    let person = Browser::arrives(app, provider, &how).await;
    let sign_ins = person.get("/sessions").await.ok();
    let current = sign_ins["items"].as_array().into_iter().flatten().find(|it| it["is_current"] == true);
    assert_eq!(current.expect("this one")["second_factor"], true);
}

async fn whoever_came_by_a_provider_chooses_a_password_to_sign_with(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    connected(app, provider).await;
    provider.vouch(verified("robin-1", ROBIN));
    let robin = Browser::arrives(app, provider, &by_email(ROBIN)).await;
    let first = json!({ "password": "", "new_password": PASSWORD });
    app.clock.advance(TimeDelta::minutes(6));
    robin.put("/me/password", &first).await.refused(401, "invalid_credentials");
    let robin = Browser::arrives(app, provider, &by_email(ROBIN)).await;
    robin.put("/me/password", &json!({ "password": "", "new_password": "short" })).await.expect(422);
    robin.put("/me/password", &first).await.expect(204);
    // The second is changed like anybody's.
    robin.put("/me/password", &first).await.refused(401, "invalid_credentials");
    Person::new(&app.address, ROBIN).sign_in().await.ok();
}

async fn a_connection_is_made_with_a_fresh_second_factor(app: &TestApp, provider: &IdentityProvider) {
    let (owner, id) = connected(app, provider).await;
    app.clock.advance(TimeDelta::minutes(6));
    let settings = provider.settings(&["other.example"], None);
    owner.post("/sso/connections", &settings).await.refused(403, "step_up_required");
    owner.put(&format!("/sso/connections/{id}"), &settings).await.refused(403, "step_up_required");
    let removed = owner.call(Method::DELETE, &format!("/sso/connections/{id}")).answer().await;
    removed.refused(403, "step_up_required");
    let code = json!({ "method": "recovery_code", "code": owner.recovery_code() });
    owner.post("/auth/step-up", &code).await.ok();
    let key = |key: &str| {
        owner.call(Method::POST, "/sso/connections").header("idempotency-key", key.to_owned()).json(&settings)
    };
    let (one, again) = (key("k").answer().await.created(), key("k").answer().await.created());
    assert_eq!(one["id"], again["id"]);
}

async fn a_provider_inside_is_asked_only_where_the_operator_listed_it(
    app: &TestApp,
    provider: &IdentityProvider,
) {
    let (owner, id) = connected(app, provider).await;
    let check = async |id: &str| owner.post(&format!("/sso/connections/{id}/check"), &json!({})).await.ok();
    assert_eq!(check(&id).await, json!({ "usable": true, "problem": null }));
    let inside = IdentityProvider::open().await;
    let id = connect(&owner, &inside.settings(&["inside.example"], None)).await;
    let problem = check(&id).await;
    assert_eq!(problem["usable"], false);
    assert!(problem["problem"].as_str().is_some_and(|it| it.contains("may not be reached")), "{problem}");
    let mut browser = Browser::new(app);
    browser.try_begin(&json!({ "connection_id": id })).await.refused(502, "sso_unavailable");
}

async fn secrets_are_nowhere_in_the_clear(app: &TestApp, provider: &IdentityProvider) {
    let (owner, _) = connected(app, provider).await;
    provider.vouch(verified("subject-of-zebras", ROBIN));
    Browser::arrives(app, provider, &by_email(ROBIN)).await;
    let shown = owner.get("/sso/connections").await.text();
    assert!(!shown.contains("zebras"), "{shown}");
    for table in ["sso_connections", "sso_attempts", "sso_identities"] {
        assert_ne!(app.count(table).await, 0, "{table}");
    }
    let marks = ["zebras", "robin@clinic"].map(|mark| Mark(mark.to_owned()));
    assert_eq!(app.find_marks(&marks).await, []);
}
