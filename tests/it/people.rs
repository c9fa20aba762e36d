//! Inviting people, joining, changing what they may do, ending it.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answered as _, Binary, PASSWORD, Person, Postbox, TestApp};

tests::on_both! {
    an_invited_person_joins_by_the_link_and_is_signed_in,
    an_invitation_opens_once,
    of_two_who_hold_the_link_one_joins,
    an_invitation_lasts_72_hours,
    an_invitation_taken_back_opens_nothing,
    a_second_invitation_takes_the_place_of_the_first,
    a_wrong_token_opens_nothing_however_nearly_right,
    a_weak_password_leaves_the_invitation_open,
    somebody_who_is_here_cannot_be_invited,
    the_token_is_nowhere_but_in_the_mail,
    deactivation_ends_every_sign_in_at_once,
    a_person_who_comes_back_signs_in_again,
    the_last_owner_stays,
    of_two_owners_who_remove_each_other_one_stays,
    nobody_raises_themselves,
    an_administrator_neither_makes_nor_changes_owners,
    a_new_role_holds_from_the_next_request_on,
    a_change_of_nothing_is_refused,
    a_mail_that_is_not_taken_is_sent_again,
    a_mail_that_is_refused_is_told,
}

async fn id_of(person: &Person) -> String {
    person.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned()
}

async fn change(by: &Person, who: &str, what: Value) -> tests::Answer {
    by.patch(&format!("/users/{who}"), None, &what).await
}

/// What the list of people says of somebody.
async fn seen(by: &Person, who: &str) -> Value {
    let page = by.get("/users").await.ok();
    page["items"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["id"] == who)
        .expect("they are there")
        .clone()
}

async fn an_invited_person_joins_by_the_link_and_is_signed_in(app: &TestApp) {
    let owner = app.therapist().await;
    let token = app.invite(&owner, "robin@practice.example", Role::Clinician).await;
    let open = owner.get("/invitations").await.ok();
    assert_eq!(open["items"][0]["email"], "robin@practice.example");
    assert_eq!(open["items"][0]["role"], "clinician");
    assert_eq!(open["items"][0]["expired"], false);
    let greeting = app.nobody().post("/auth/invitations/read", &json!({ "token": token })).await.ok();
    assert_eq!(greeting["practice_name"], "Lindenhof Practice");
    assert_eq!(greeting["email"], "robin@practice.example");
    let robin = Person::new(&app.address, "robin@practice.example");
    let joined = robin.accept(&token, "Robin Sommer").await;
    joined.created();
    assert!(joined.cookie("refresh").is_some());
    let me = robin.get("/me").await.ok();
    assert_eq!((me["role"].as_str(), me["user"]["name"].as_str()), (Some("clinician"), Some("Robin Sommer")));
    assert_eq!(me["practice"]["name"], "Lindenhof Practice");
    robin.sign_in().await.ok();
    assert_eq!(owner.get("/invitations").await.ok()["items"], json!([]));
    let person = seen(&owner, &id_of(&robin).await).await;
    assert_eq!((person["active"].clone(), person["role"].clone()), (json!(true), json!("clinician")));
    assert!(person["last_used_at"].is_string());
}

async fn an_invitation_opens_once(app: &TestApp) {
    let owner = app.therapist().await;
    let token = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    let robin = Person::new(&app.address, "robin@practice.example");
    robin.accept(&token, "Robin").await.created();
    app.nobody().accept(&token, "Somebody").await.refused(410, "invitation_ended");
    let read = app.nobody().post("/auth/invitations/read", &json!({ "token": token })).await;
    read.refused(410, "invitation_ended");
}

async fn of_two_who_hold_the_link_one_joins(app: &TestApp) {
    let owner = app.therapist().await;
    let token = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    let (one, other) = (app.nobody(), app.nobody());
    let (first, second) = tokio::join!(one.accept(&token, "One"), other.accept(&token, "Other"));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert!([[201, 409], [201, 410]].contains(&statuses), "{statuses:?}");
    assert_eq!(owner.get("/users").await.ok()["items"].as_array().map(Vec::len), Some(2));
}

async fn an_invitation_lasts_72_hours(app: &TestApp) {
    let owner = app.therapist().await;
    let token = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    app.clock.advance(TimeDelta::hours(73));
    app.nobody().accept(&token, "Robin").await.refused(410, "invitation_ended");
    owner.sign_in().await.ok();
    assert_eq!(owner.get("/invitations").await.ok()["items"][0]["expired"], true);
}

async fn an_invitation_taken_back_opens_nothing(app: &TestApp) {
    let owner = app.therapist().await;
    let token = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    let id = owner.get("/invitations").await.ok()["items"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/invitations/{id}");
    owner.call(Method::DELETE, &path).answer().await.expect(204);
    app.nobody().accept(&token, "Robin").await.refused(410, "invitation_ended");
    owner.call(Method::DELETE, &path).answer().await.refused(404, "not_found");
}

async fn a_second_invitation_takes_the_place_of_the_first(app: &TestApp) {
    let owner = app.therapist().await;
    let first = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    let second = app.invite(&owner, "Robin@Practice.example", Role::Clinician).await;
    assert_eq!(owner.get("/invitations").await.ok()["items"].as_array().map(Vec::len), Some(1));
    app.nobody().accept(&first, "Robin").await.refused(410, "invitation_ended");
    app.nobody().accept(&second, "Robin").await.created();
}

async fn a_wrong_token_opens_nothing_however_nearly_right(app: &TestApp) {
    let owner = app.therapist().await;
    let token = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    let (id, secret) = token.split_once('.').expect("an id and a secret");
    let mut altered = token.clone();
    let last = altered.pop();
    altered.push(if last == Some('A') { 'B' } else { 'A' });
    for wrong in [
        altered,
        id.to_owned(),
        format!("{id}."),
        format!("01990000-0000-7000-8000-00000000dead.{secret}"),
        format!("{token}."),
        String::new(),
    ] {
        app.nobody().accept(&wrong, "Robin").await.refused(410, "invitation_ended");
    }
    app.nobody().accept(&token, "Robin").await.created();
}

async fn a_weak_password_leaves_the_invitation_open(app: &TestApp) {
    let owner = app.therapist().await;
    let token = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    let body = |name: &str, password: &str| json!({ "token": token, "name": name, "password": password });
    let nobody = app.nobody();
    nobody.post("/auth/invitations/accept", &body("R", "short")).await.refused(422, "password_too_short");
    nobody.post("/auth/invitations/accept", &body("", PASSWORD)).await.refused(422, "validation");
    nobody.accept(&token, "Robin").await.created();
}

async fn somebody_who_is_here_cannot_be_invited(app: &TestApp) {
    let owner = app.therapist().await;
    let invite = json!({ "email": "VERA@practice.example", "role": "biller" });
    owner.post("/invitations", &invite).await.refused(409, "already_member");
    let invite = json!({ "email": "not an address", "role": "biller" });
    owner.post("/invitations", &invite).await.refused(422, "validation");
}

async fn the_token_is_nowhere_but_in_the_mail(app: &TestApp) {
    let owner = app.therapist().await;
    let token = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    app.nobody().accept(&token, "Robin").await.created();
    let secret = token.split_once('.').expect("a secret").1.to_owned();
    let finds =
        app.find_marks(&[tests::Mark(secret), tests::Mark("robin@practice.example".to_owned())]).await;
    assert!(finds.is_empty(), "{finds:#?}");
}

async fn deactivation_ends_every_sign_in_at_once(app: &TestApp) {
    let owner = app.therapist().await;
    let robin = app.beside(&owner, Role::Clinician).await;
    let elsewhere = Person::new(&app.address, &robin.email);
    let cookie = elsewhere.sign_in().await.cookie("refresh").expect("a cookie");
    let id = id_of(&robin).await;
    let changed = change(&owner, &id, json!({ "active": false })).await.ok();
    assert_eq!(changed["active"], false);
    for signed_in in [&robin, &elsewhere] {
        signed_in.get("/me").await.refused(401, "unauthenticated");
    }
    let refresh =
        app.nobody().call(Method::POST, "/auth/refresh").header("cookie", format!("refresh={cookie}"));
    refresh.answer().await.refused(401, "session_expired");
    robin.sign_in().await.refused(401, "invalid_credentials");
    assert_eq!(seen(&owner, &id).await["active"], false);
}

async fn a_person_who_comes_back_signs_in_again(app: &TestApp) {
    let owner = app.therapist().await;
    let robin = app.beside(&owner, Role::Clinician).await;
    let id = id_of(&robin).await;
    change(&owner, &id, json!({ "active": false })).await.ok();
    change(&owner, &id, json!({ "active": true, "role": "biller" })).await.ok();
    robin.get("/me").await.refused(401, "unauthenticated");
    robin.sign_in().await.ok();
    assert_eq!(robin.get("/me").await.ok()["role"], "biller");
}

async fn the_last_owner_stays(app: &TestApp) {
    let owner = app.therapist().await;
    let id = id_of(&owner).await;
    change(&owner, &id, json!({ "role": "clinician" })).await.refused(409, "last_owner");
    change(&owner, &id, json!({ "active": false })).await.refused(409, "last_owner");
    let second = app.beside(&owner, Role::Owner).await;
    change(&owner, &id, json!({ "role": "clinician" })).await.ok();
    let second_id = id_of(&second).await;
    change(&second, &second_id, json!({ "active": false })).await.refused(409, "last_owner");
    // An owner who cannot sign in is none.
    let third = app.beside(&second, Role::Administrator).await;
    let third_id = id_of(&third).await;
    change(&second, &third_id, json!({ "role": "owner", "active": false })).await.ok();
    change(&second, &second_id, json!({ "role": "biller" })).await.refused(409, "last_owner");
}

async fn of_two_owners_who_remove_each_other_one_stays(app: &TestApp) {
    let one = app.therapist().await;
    let other = app.beside(&one, Role::Owner).await;
    let (one_id, other_id) = (id_of(&one).await, id_of(&other).await);
    let nothing_left = json!({ "active": false });
    let (first, second) =
        tokio::join!(change(&one, &other_id, nothing_left.clone()), change(&other, &one_id, nothing_left));
    let done = [&first, &second].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1, "{} {}", first.text(), second.text());
}

async fn nobody_raises_themselves(app: &TestApp) {
    let owner = app.therapist().await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    let id = id_of(&administrator).await;
    change(&administrator, &id, json!({ "role": "clinician" })).await.refused(409, "own_role");
    change(&administrator, &id, json!({ "role": "owner" })).await.refused(403, "forbidden");
    for role in [Role::Clinician, Role::Supervisor, Role::Auditor, Role::FrontDesk] {
        let person = app.beside(&owner, role).await;
        let id = id_of(&person).await;
        change(&person, &id, json!({ "role": "owner" })).await.refused(403, "forbidden");
    }
}

async fn an_administrator_neither_makes_nor_changes_owners(app: &TestApp) {
    let owner = app.therapist().await;
    let second = app.beside(&owner, Role::Owner).await;
    let administrator = app.beside(&owner, Role::Administrator).await;
    let clinician = app.beside(&owner, Role::Clinician).await;
    let invite = json!({ "email": "friend@practice.example", "role": "owner" });
    administrator.post("/invitations", &invite).await.refused(403, "forbidden");
    let of_clinician = id_of(&clinician).await;
    change(&administrator, &of_clinician, json!({ "role": "owner" })).await.refused(403, "forbidden");
    let of_owner = id_of(&second).await;
    for what in [json!({ "role": "biller" }), json!({ "active": false }), json!({ "active": true })] {
        change(&administrator, &of_owner, what).await.refused(403, "forbidden");
    }
    change(&administrator, &of_clinician, json!({ "role": "supervisor" })).await.ok();
    // Nor does one take back the invitation of an owner.
    app.invite(&owner, "third@practice.example", Role::Owner).await;
    let id = owner.get("/invitations").await.ok()["items"][0]["id"].as_str().expect("an id").to_owned();
    let revoke = administrator.call(Method::DELETE, &format!("/invitations/{id}"));
    revoke.answer().await.refused(403, "forbidden");
    // Nor replaces it by one of their own.
    let invite = json!({ "email": "third@practice.example", "role": "biller" });
    administrator.post("/invitations", &invite).await.refused(403, "forbidden");
}

async fn a_new_role_holds_from_the_next_request_on(app: &TestApp) {
    let owner = app.therapist().await;
    let robin = app.beside(&owner, Role::Clinician).await;
    robin.get("/notes").await.ok();
    let id = id_of(&robin).await;
    change(&owner, &id, json!({ "role": "front_desk" })).await.ok();
    robin.get("/notes").await.refused(403, "forbidden");
    robin.get("/clients").await.ok();
}

async fn a_change_of_nothing_is_refused(app: &TestApp) {
    let owner = app.therapist().await;
    let robin = app.beside(&owner, Role::Clinician).await;
    let id = id_of(&robin).await;
    change(&owner, &id, json!({})).await.refused(422, "validation");
    change(&owner, &id, json!({ "role": "wizard" })).await.refused(400, "invalid_request");
}

async fn a_mail_that_is_not_taken_is_sent_again(app: &TestApp) {
    let owner = app.therapist().await;
    app.postbox.refuse_next("450 4.2.1 come back later");
    let token = app.invite(&owner, "robin@practice.example", Role::Biller).await;
    app.nobody().accept(&token, "Robin").await.created();
}

async fn a_mail_that_is_refused_is_told(app: &TestApp) {
    let owner = app.therapist().await;
    app.postbox.refuse_next("550 5.1.1 nobody here");
    let invite = json!({ "email": "gone@practice.example", "role": "biller" });
    owner.post("/invitations", &invite).await.created();
    for _ in 0..2000 {
        if owner.get("/invitations").await.ok()["items"][0]["mail"] == "failed" {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it is never told");
}

#[tokio::test]
async fn a_mail_outlives_a_dead_mail_server_and_kill_9() {
    let gone = Postbox::open().await;
    let (port, url) = (gone.port, gone.url());
    gone.close();
    let settings = [("SMTP_URL", url.as_str()), ("FROM_EMAIL", "no-reply@mindscribe.example")];
    let mut server = Binary::start(crate::SERVER, &settings);
    let owner = server.therapist().await;
    let invite = json!({ "email": "robin@practice.example", "role": "clinician" });
    owner.post("/invitations", &invite).await.created();
    server.kill();
    let postbox = Postbox::open_at(port).await;
    server.restart();
    let link = postbox.mail_to("robin@practice.example", 0).await.link();
    let token = link.split_once("/invitation#").expect("a token").1;
    Person::new(&server.address, "robin@practice.example").accept(token, "Robin").await.created();
    assert!(!server.logged().contains("robin@"), "{}", server.logged());
}
