//! The client of WorkOS against a stand-in made after its published API.

#![expect(clippy::expect_used, reason = "what fails here is the test's failure")]

use outbound::Outbound;
use serde_json::{Value, json};
use sso::{SsoError, WorkOs};
use testing::Site;
use url::Url;

const REDIRECT: &str = "https://app.example/api/v1/auth/sso/callback";

/// An answer of `POST /user_management/authenticate`, as the reference shows it.
fn authenticated() -> Value {
    json!({
        "user": {
            "object": "user", "id": "user_01", "email": "ada@clinic.example", "email_verified": true,
            "first_name": "Ada", "last_name": "Marsh", "profile_picture_url": null,
            "created_at": "2026-01-15T08:00:00.000Z", "updated_at": "2026-01-15T08:00:00.000Z",
        },
        "organization_id": "org_01",
        "access_token": "eyJ", "refresh_token": "r", "authentication_method": "SSO",
    })
}

async fn stand_in(answer: Value) -> (Site, WorkOs) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let site = Site::open(move |asked| match asked.path.as_str() {
        "/user_management/authenticate" if asked.body.contains("\"code\":\"good\"") => {
            Site::json(200, &answer.to_string())
        }
        "/user_management/authenticate" => Site::json(400, r#"{"error":"invalid_grant"}"#),
        "/organizations/external_id/practice-1" => {
            Site::json(200, r#"{"object":"organization","id":"org_01","name":"Harbour","domains":[],"external_id":"practice-1"}"#)
        }
        "/organizations/external_id/practice-2" => {
            Site::json(200, r#"{"object":"organization","id":"org_01","name":"Harbour","domains":[],"external_id":null}"#)
        }
        "/organizations/external_id/practice-3" => Site::json(401, "{}"),
        _ => Site::json(404, r#"{"code":"entity_not_found"}"#),
    })
    .await;
    let outbound = Outbound::new(vec![site.host().parse().expect("a host")]).expect("a client");
    let workos = WorkOs::new(outbound, &site.address, "client_01", "sk_test");
    (site, workos)
}

#[tokio::test]
async fn a_person_arrives_through_their_organisation() {
    let (site, workos) = stand_in(authenticated()).await;
    let begun = workos.begin("org_01", REDIRECT, "the-state", Some("ada@clinic.example")).expect("begun");
    let page: Url = begun.address.parse().expect("an address");
    let parameter =
        |name: &str| page.query_pairs().find(|(key, _)| key == name).map(|(_, it)| it.into_owned());
    assert_eq!(page.path(), "/user_management/authorize");
    assert_eq!(parameter("organization_id").as_deref(), Some("org_01"));
    assert_eq!(parameter("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(parameter("state").as_deref(), Some("the-state"));
    let arrival = workos.finish("org_01", &begun.kept, "good").await.expect("arrived");
    assert_eq!(arrival.subject, "user_01".into());
    assert_eq!(arrival.verified_email, Some("ada@clinic.example".into()));
    assert_eq!((arrival.groups, arrival.second_factor), (None, false));
    let asked: Value = serde_json::from_str(&site.requests()[0].body).expect("JSON");
    assert_eq!(asked["grant_type"], "authorization_code");
    assert_eq!(
        (asked["client_id"].as_str(), asked["client_secret"].as_str()),
        (Some("client_01"), Some("sk_test"))
    );
    assert!(asked["code_verifier"].as_str().is_some_and(|verifier| verifier.len() == 43));
}

#[tokio::test]
async fn somebody_of_another_organisation_has_not_arrived() {
    for organization in [json!("org_02"), Value::Null] {
        let mut answer = authenticated();
        answer["organization_id"] = organization;
        let (_site, workos) = stand_in(answer).await;
        let begun = workos.begin("org_01", REDIRECT, "s", None).expect("begun");
        assert_eq!(workos.finish("org_01", &begun.kept, "good").await, Err(SsoError::MixedUp));
    }
}

#[tokio::test]
async fn a_bad_code_an_unverified_e_mail_and_an_impersonator_are_told_apart() {
    let (_site, workos) = stand_in(authenticated()).await;
    let begun = workos.begin("org_01", REDIRECT, "s", None).expect("begun");
    assert_eq!(workos.finish("org_01", &begun.kept, "used").await, Err(SsoError::CodeRefused));
    let mut answer = authenticated();
    answer["user"]["email_verified"] = json!(false);
    let (_site, workos) = stand_in(answer).await;
    let begun = workos.begin("org_01", REDIRECT, "s", None).expect("begun");
    let arrival = workos.finish("org_01", &begun.kept, "good").await.expect("arrived");
    assert_eq!(arrival.verified_email, None);
    let mut answer = authenticated();
    answer["impersonator"] = json!({ "email": "admin@workos.example", "reason": "support" });
    let (_site, workos) = stand_in(answer).await;
    let begun = workos.begin("org_01", REDIRECT, "s", None).expect("begun");
    let refused = workos.finish("org_01", &begun.kept, "good").await;
    assert!(matches!(refused, Err(SsoError::Answer(_))), "{refused:?}");
}

#[tokio::test]
async fn an_organisation_belongs_to_whom_its_external_id_names() {
    let (_site, workos) = stand_in(authenticated()).await;
    assert_eq!(workos.find_organization("practice-1").await, Ok(Some("org_01".to_owned())));
    assert_eq!(workos.find_organization("practice-2").await, Ok(None));
    assert_eq!(workos.find_organization("practice-4").await, Ok(None));
    assert!(matches!(workos.find_organization("practice-3").await, Err(SsoError::Answer(_))));
}
