//! The relying party against a provider that behaves, and that misbehaves in one way at a time.

#![expect(clippy::expect_used, reason = "what fails here is the test's failure")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64},
};
use chrono::{DateTime, TimeDelta, Utc};
use jwt_simple::prelude::{
    Claims, Duration, ECDSAP256KeyPairLike as _, ES256KeyPair, HS256Key, JWTClaims, MACLike as _,
};
use outbound::{Outbound, OutboundError};
use serde_json::{Map, Value, json};
use sso::{Arrival, Kept, OpenId, Registration, SsoError};
use testing::{Asked, Site, Told};
use url::Url;

const CLIENT: &str = "mindscribe";
const SECRET: &str = "hush hush hush hush hush hush hush hush";
const REDIRECT: &str = "https://app.example/api/v1/auth/sso/callback";

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

/// How a provider behaves; each test changes what it needs.
struct Manners {
    address: String,
    /// What it signs with.
    key: ES256KeyPair,
    /// What it says that it signs with.
    keys: Value,
    /// What replaces parts of its description; `null` leaves one out.
    description: Value,
    /// What replaces claims of its id token.
    claims: Value,
    /// What it says at its userinfo endpoint.
    userinfo: Value,
    sign: fn(&Self, Map<String, Value>) -> String,
    nonce: String,
}

struct Provider {
    site: Site,
    manners: Arc<Mutex<Manners>>,
    openid: OpenId,
}

fn new_key(id: &str) -> (ES256KeyPair, Value) {
    let key = ES256KeyPair::generate().with_key_id(id);
    let public = serde_json::from_str(&key.public_key().to_jwk()).expect("a key");
    (key, public)
}

fn merged(mut whole: Value, changes: &Value) -> Map<String, Value> {
    for (name, value) in changes.as_object().into_iter().flatten() {
        whole[name] = value.clone();
    }
    let whole = whole.as_object().cloned().unwrap_or_default();
    whole.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// Claims as they are, without any of the library's.
fn bare(claims: Map<String, Value>) -> JWTClaims<Map<String, Value>> {
    let mut all = Claims::with_custom_claims(claims, Duration::from_secs(1));
    (all.issued_at, all.expires_at, all.invalid_before) = (None, None, None);
    all
}

fn well_signed(manners: &Manners, claims: Map<String, Value>) -> String {
    manners.key.sign(bare(claims)).expect("signed")
}

impl Provider {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (key, public) = new_key("one");
        let manners = Arc::new(Mutex::new(Manners {
            address: String::new(),
            key,
            keys: json!({ "keys": [public] }),
            description: json!({}),
            claims: json!({}),
            userinfo: Value::Null,
            sign: well_signed,
            nonce: String::new(),
        }));
        let shared = manners.clone();
        let site = Site::open(move |asked| answer(&hold(&shared), asked)).await;
        hold(&manners).address.clone_from(&site.address);
        let outbound = Outbound::new(vec![site.host().parse().expect("a host")]).expect("a client");
        Self { site, manners, openid: OpenId::new(outbound) }
    }

    fn outbound(&self) -> Outbound {
        Outbound::new(vec![self.site.host().parse().expect("a host")]).expect("a client")
    }

    fn set(&self, change: impl FnOnce(&mut Manners)) {
        change(&mut hold(&self.manners));
    }

    fn registration(&self) -> Registration {
        Registration {
            issuer: self.site.address.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(SECRET.to_owned()),
            groups_claim: None,
        }
    }

    async fn begin_at(&self, now: DateTime<Utc>) -> Result<(Url, Kept), SsoError> {
        let begun = self.openid.begin(&self.registration(), REDIRECT, "the-state", None, now).await?;
        let page: Url = begun.address.parse().expect("an address");
        self.set(|it| it.nonce = parameter(&page, "nonce"));
        Ok((page, begun.kept))
    }

    async fn finish_at(&self, kept: &Kept, now: DateTime<Utc>) -> Result<Arrival, SsoError> {
        let iss = Some(self.site.address.as_str());
        self.openid.finish(&self.registration(), REDIRECT, kept, "the-code", iss, now).await
    }

    /// One sign-in from beginning to end.
    async fn arrival(&self) -> Result<Arrival, SsoError> {
        let (_, kept) = self.begin_at(noon()).await?;
        self.finish_at(&kept, noon()).await
    }

    fn asked_for(&self, path: &str) -> usize {
        self.site.requests().iter().filter(|asked| asked.path == path).count()
    }
}

fn hold(manners: &Mutex<Manners>) -> MutexGuard<'_, Manners> {
    manners.lock().unwrap_or_else(PoisonError::into_inner)
}

fn parameter(page: &Url, name: &str) -> String {
    let found = page.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn answer(manners: &Manners, asked: &Asked) -> Told {
    let address = &manners.address;
    let body: Value = match asked.path.as_str() {
        "/.well-known/openid-configuration" => {
            let honest = json!({
                "issuer": address,
                "authorization_endpoint": format!("{address}/authorize?tenant=7"),
                "token_endpoint": format!("{address}/token"),
                "jwks_uri": format!("{address}/keys"),
                "userinfo_endpoint": format!("{address}/userinfo"),
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["plain", "S256"],
                "authorization_response_iss_parameter_supported": true,
            });
            merged(honest, &manners.description).into()
        }
        "/keys" => manners.keys.clone(),
        "/token" => {
            let honest = json!({
                "iss": address, "sub": "person-1", "aud": CLIENT, "nonce": manners.nonce,
                "iat": noon().timestamp(), "exp": noon().timestamp() + 300,
                "email": "ada@clinic.example", "email_verified": true, "name": "Ada Marsh",
            });
            let token = (manners.sign)(manners, merged(honest, &manners.claims));
            json!({ "access_token": "at", "token_type": "Bearer", "id_token": token })
        }
        "/userinfo" => manners.userinfo.clone(),
        _ => return Site::json(404, "{}"),
    };
    Site::json(200, &body.to_string())
}

#[track_caller]
fn no_token(result: Result<Arrival, SsoError>) {
    assert!(matches!(result, Err(SsoError::Token(_))), "{result:?}");
}

#[tokio::test]
async fn a_person_arrives_by_code_with_pkce_state_and_nonce() {
    let provider = Provider::open().await;
    let (page, kept) = provider.begin_at(noon()).await.expect("begun");
    assert_eq!(page.path(), "/authorize");
    for (name, value) in [
        ("tenant", "7"),
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", "openid email profile"),
        ("state", "the-state"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(parameter(&page, name), value, "{name}");
    }
    let arrival = provider.finish_at(&kept, noon()).await.expect("arrived");
    assert_eq!(arrival.issuer, provider.site.address);
    assert_eq!(arrival.subject, "person-1".into());
    assert_eq!(arrival.verified_email, Some("ada@clinic.example".into()));
    assert_eq!((arrival.groups, arrival.second_factor), (None, false));
    let requests = provider.site.requests();
    let token = requests.iter().find(|asked| asked.path == "/token").expect("the code was exchanged");
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{}", SECRET.replace(' ', "+"))));
    assert_eq!(token.header("authorization"), expected);
    let verifier = token.body.split("code_verifier=").nth(1).expect("a verifier");
    assert_eq!(BASE64.encode(crypto::token_hash(verifier)), parameter(&page, "code_challenge"));
    assert_eq!(provider.asked_for("/userinfo"), 0);
}

#[tokio::test]
async fn a_description_that_is_another_issuers_or_leads_elsewhere_is_refused() {
    let provider = Provider::open().await;
    for (part, value) in [
        ("issuer", json!("https://accounts.example")),
        ("issuer", json!(format!("{}/", provider.site.address))),
        ("token_endpoint", json!("http://127.0.0.1:1/token")),
        ("jwks_uri", json!("http://169.254.169.254/keys")),
        ("userinfo_endpoint", json!("https://10.0.0.1/userinfo")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("response_types_supported", json!(["token"])),
        ("code_challenge_methods_supported", json!(["plain"])),
    ] {
        provider.set(|it| it.description = json!({ part: value }));
        let result = provider.arrival().await;
        assert!(matches!(result, Err(SsoError::Discovery(_))), "{part}: {result:?}");
    }
    provider.set(|it| it.description = json!({ "jwks_uri": null }));
    assert_eq!(provider.arrival().await, Err(SsoError::Provider(OutboundError::Malformed)));
    assert_eq!(provider.asked_for("/keys"), 0);
}

#[tokio::test]
async fn a_description_that_is_huge_or_never_comes_is_given_up() {
    let huge = Site::open(|_| Site::endless()).await;
    let silent = Site::open(|_| Site::silence()).await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    for (site, expected) in [(&huge, OutboundError::TooLong), (&silent, OutboundError::NoAnswer)] {
        let outbound = Outbound::new(vec![site.host().parse().expect("a host")]).expect("a client");
        let result = OpenId::new(outbound).check(&site.address, noon()).await;
        assert_eq!(result, Err(SsoError::Provider(expected)));
    }
}

#[tokio::test]
async fn an_answer_from_another_provider_than_was_asked_gets_no_code() {
    let (honest, evil) = (Provider::open().await, Provider::open().await);
    let (_, kept) = honest.begin_at(noon()).await.expect("begun");
    // RFC 9207: the browser was sent to one and comes back from the other.
    let other = Some(evil.site.address.as_str());
    let mixed = honest.openid.finish(&honest.registration(), REDIRECT, &kept, "c", other, noon()).await;
    assert_eq!(mixed, Err(SsoError::MixedUp));
    // Left out, though the provider says that it always sends it.
    let mixed = honest.openid.finish(&honest.registration(), REDIRECT, &kept, "c", None, noon()).await;
    assert_eq!(mixed, Err(SsoError::MixedUp));
    // What was begun at one provider is finished at another.
    let mixed = evil.openid.finish(&evil.registration(), REDIRECT, &kept, "c", None, noon()).await;
    assert_eq!(mixed, Err(SsoError::MixedUp));
    assert_eq!(honest.asked_for("/token") + evil.asked_for("/token"), 0);
}

#[tokio::test]
async fn a_token_with_a_wrong_claim_is_refused() {
    let provider = Provider::open().await;
    let at = |seconds: i64| noon().timestamp() + seconds;
    for claims in [
        json!({ "iss": "https://accounts.example" }),
        json!({ "iss": null }),
        json!({ "aud": "somebody-else" }),
        json!({ "aud": [] }),
        json!({ "aud": null }),
        json!({ "aud": [CLIENT, "somebody-else"] }),
        json!({ "aud": [CLIENT, "somebody-else"], "azp": "somebody-else" }),
        json!({ "azp": "somebody-else" }),
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "exp": at(-61) }),
        json!({ "exp": null }),
        json!({ "iat": at(120) }),
        json!({ "iat": null }),
        json!({ "nbf": at(120) }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
    ] {
        provider.set(|it| it.claims = claims.clone());
        let result = provider.arrival().await;
        assert!(matches!(result, Err(SsoError::Token(_))), "{claims}: {result:?}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute_and_a_token_may_be_for_several_if_it_was_issued_here() {
    let provider = Provider::open().await;
    let at = |seconds: i64| noon().timestamp() + seconds;
    for claims in [
        json!({ "exp": at(-30) }),
        json!({ "iat": at(30), "nbf": at(30) }),
        json!({ "aud": [CLIENT] }),
        json!({ "aud": [CLIENT, "project"], "azp": CLIENT }),
    ] {
        provider.set(|it| it.claims = claims.clone());
        let result = provider.arrival().await;
        assert!(result.is_ok(), "{claims}: {result:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_signed_by_the_issuer_is_refused() {
    let provider = Provider::open().await;
    // Without a signature.
    provider.set(|it| {
        it.sign = |_, claims| {
            let part = |value: &Value| BASE64.encode(value.to_string());
            format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims.into()))
        };
    });
    no_token(provider.arrival().await);
    // With the public key taken for a secret, in each form that it is published in.
    for form in [0, 1, 2, 3] {
        provider.set(|it| {
            it.sign = match form {
                0 => |it, claims| hmac(it, claims, |key| key.public_key().to_jwk().into_bytes()),
                1 => {
                    |it, claims| hmac(it, claims, |key| key.public_key().to_pem().expect("PEM").into_bytes())
                }
                2 => |it, claims| hmac(it, claims, |key| key.public_key().to_der().expect("DER")),
                _ => |it, claims| hmac(it, claims, |_| SECRET.as_bytes().to_vec()),
            };
        });
        no_token(provider.arrival().await);
    }
    // With another key under the same name.
    provider.set(|it| {
        it.sign = |_, claims| new_key("one").0.sign(bare(claims)).expect("signed");
    });
    no_token(provider.arrival().await);
    // Changed after it was signed.
    provider.set(|it| {
        it.sign = |it, claims| {
            let token = well_signed(it, claims);
            let mut parts: Vec<&str> = token.split('.').collect();
            let mut claims: Value =
                serde_json::from_slice(&BASE64.decode(parts[1]).expect("base64")).expect("claims");
            claims["sub"] = json!("person-2");
            let changed = BASE64.encode(claims.to_string());
            parts[1] = &changed;
            parts.join(".")
        };
    });
    no_token(provider.arrival().await);
    provider.set(|it| it.sign = |_, _| "nonsense".to_owned());
    no_token(provider.arrival().await);
    provider.set(|it| it.sign = well_signed);
    provider.arrival().await.expect("the honest one arrives");
}

fn hmac(manners: &Manners, claims: Map<String, Value>, secret: fn(&ES256KeyPair) -> Vec<u8>) -> String {
    let key = HS256Key::from_bytes(&secret(&manners.key)).with_key_id("one");
    key.authenticate(bare(claims)).expect("authenticated")
}

#[tokio::test]
async fn a_key_that_is_meant_for_something_else_signs_nothing() {
    let mut provider = Provider::open().await;
    for (part, value) in [("use", "enc"), ("alg", "ES384"), ("crv", "P-384"), ("kty", "RSA")] {
        provider.set(|it| it.keys["keys"][0][part] = json!(value));
        // A relying party that has not seen the key before.
        provider.openid = OpenId::new(provider.outbound());
        no_token(provider.arrival().await);
        let (key, public) = new_key("one");
        provider.set(|it| (it.key, it.keys) = (key, json!({ "keys": [public] })));
    }
}

#[tokio::test]
async fn a_renewed_key_is_asked_for_once_a_minute_at_most() {
    let provider = Provider::open().await;
    provider.arrival().await.expect("arrived");
    assert_eq!(provider.asked_for("/keys"), 1);
    // Too soon after the last question.
    let (key, public) = new_key("two");
    provider.set(|it| (it.key, it.keys) = (key, json!({ "keys": [public] })));
    no_token(provider.arrival().await);
    assert_eq!(provider.asked_for("/keys"), 1);
    let later = noon() + TimeDelta::seconds(61);
    let (_, kept) = provider.begin_at(later).await.expect("begun");
    provider.finish_at(&kept, later).await.expect("the new key is found");
    assert_eq!(provider.asked_for("/keys"), 2);
    // Made-up keys do not make this server ask and ask.
    provider.set(|it| it.sign = |_, claims| new_key("made-up").0.sign(bare(claims)).expect("signed"));
    for _ in 0..5 {
        let (_, kept) = provider.begin_at(later).await.expect("begun");
        no_token(provider.finish_at(&kept, later).await);
    }
    assert_eq!(provider.asked_for("/keys"), 2);
    assert_eq!(provider.asked_for("/.well-known/openid-configuration"), 1);
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for_and_believed_of_the_same_person_only() {
    let provider = Provider::open().await;
    provider.set(|it| {
        it.claims = json!({ "email": null, "email_verified": null, "name": null });
        it.userinfo =
            json!({ "sub": "person-1", "email": "ada@clinic.example", "email_verified": true, "amr": ["mfa"] });
    });
    let arrival = provider.arrival().await.expect("arrived");
    assert_eq!(arrival.verified_email, Some("ada@clinic.example".into()));
    assert!(!arrival.second_factor, "how somebody signed in is said in the token alone");
    for subject in [json!("person-2"), Value::Null] {
        provider.set(|it| it.userinfo["sub"] = subject);
        let result = provider.arrival().await;
        assert!(matches!(result, Err(SsoError::Answer(_))), "{result:?}");
    }
}

#[tokio::test]
async fn groups_are_read_from_the_claim_that_names_them() {
    let provider = Provider::open().await;
    provider.set(|it| it.claims = json!({ "teams": ["Therapists", "Everybody"], "amr": ["pwd", "mfa"] }));
    let arrival = async |claim: Option<&str>| {
        let registration = Registration { groups_claim: claim.map(str::to_owned), ..provider.registration() };
        let (_, kept) = provider.begin_at(noon()).await.expect("begun");
        let iss = Some(provider.site.address.as_str());
        provider.openid.finish(&registration, REDIRECT, &kept, "c", iss, noon()).await
    };
    let teams = arrival(Some("teams")).await.expect("arrived");
    assert_eq!(teams.groups, Some(vec!["Therapists".to_owned(), "Everybody".to_owned()]));
    assert!(teams.second_factor);
    provider.set(|it| it.userinfo = json!({ "sub": "person-1" }));
    assert_eq!(arrival(Some("other")).await.expect("arrived").groups, Some(Vec::new()));
    assert_eq!(arrival(None).await.expect("arrived").groups, None);
}
