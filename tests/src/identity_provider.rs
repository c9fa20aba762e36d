//! A provider of OpenID Connect as the outside world, and the browser of somebody who signs in at it.

use std::sync::{Arc, Mutex, PoisonError};

use jwt_simple::prelude::{Claims, Duration, ECDSAP256KeyPairLike as _, ES256KeyPair};
use reqwest::{Client, Method, Url, redirect};
use serde_json::{Map, Value, json};
use testing::{Asked, Site, Told};

use crate::{Answer, Answered as _, Person, TestApp};

/// A provider that vouches for whom the test says.
pub struct IdentityProvider {
    site: Site,
    state: Arc<Mutex<State>>,
}

struct State {
    address: String,
    key: ES256KeyPair,
    /// What is said of whoever signs in.
    claims: Value,
    nonce: String,
    now: i64,
}

impl IdentityProvider {
    /// Opens one on a free port.
    pub async fn open() -> Self {
        let key = ES256KeyPair::generate().with_key_id("one");
        let (address, nonce, claims) = (String::new(), String::new(), json!({}));
        let state = Arc::new(Mutex::new(State { address, key, claims, nonce, now: 0 }));
        let shared = state.clone();
        let site =
            Site::open(move |asked| answer(&shared.lock().unwrap_or_else(PoisonError::into_inner), asked))
                .await;
        state.lock().unwrap_or_else(PoisonError::into_inner).address.clone_from(&site.address);
        Self { site, state }
    }

    /// Its issuer.
    pub fn issuer(&self) -> &str {
        &self.site.address
    }

    /// As the operator lists it.
    pub fn host(&self) -> &str {
        self.site.host()
    }

    /// What settings of a connection to it are.
    pub fn settings(&self, domains: &[&str], default_role: Option<&str>) -> Value {
        json!({ "kind": "oidc", "name": "Harbour", "issuer": self.issuer(), "client_id": "mindscribe",
            "client_secret": "a secret that zebras keep", "domains": domains, "default_role": default_role })
    }

    /// Says this of whoever signs in from now on.
    pub fn vouch(&self, claims: Value) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).claims = claims;
    }

    fn note(&self, nonce: String, now: i64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.nonce, state.now) = (nonce, now);
    }
}

fn answer(state: &State, asked: &Asked) -> Told {
    let address = &state.address;
    let body = match asked.path.as_str() {
        "/.well-known/openid-configuration" => json!({
            "issuer": address,
            "authorization_endpoint": format!("{address}/authorize"),
            "token_endpoint": format!("{address}/token"),
            "jwks_uri": format!("{address}/keys"),
            "authorization_response_iss_parameter_supported": true,
        }),
        "/keys" => {
            let key: Value = serde_json::from_str(&state.key.public_key().to_jwk()).expect("a key");
            json!({ "keys": [key] })
        }
        "/token" => {
            let mut claims = json!({ "iss": address, "aud": "mindscribe", "nonce": state.nonce,
                "iat": state.now, "exp": state.now + 60, "name": "Robin Sommer" });
            for (name, value) in state.claims.as_object().into_iter().flatten() {
                claims[name] = value.clone();
            }
            let claims: Map<String, Value> = claims.as_object().cloned().unwrap_or_default();
            let mut all = Claims::with_custom_claims(claims, Duration::from_secs(1));
            (all.issued_at, all.expires_at, all.invalid_before) = (None, None, None);
            json!({ "token_type": "Bearer", "id_token": state.key.sign(all).expect("signed") })
        }
        _ => return Site::json(404, "{}"),
    };
    Site::json(200, &body.to_string())
}

/// A browser that goes to a provider and comes back.
pub struct Browser {
    address: String,
    http: Client,
    /// The cookie of the try that was begun last.
    pub cookie: Option<String>,
}

impl Browser {
    /// One that has been nowhere yet.
    pub fn new(app: &TestApp) -> Self {
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build();
        Self { address: app.address.clone(), http: http.expect("a client"), cookie: None }
    }

    /// Begins to sign in: the page it is sent to.
    pub async fn begin(&mut self, how: &Value) -> Url {
        let answer = self.try_begin(how).await;
        answer.ok()["authorize_url"].as_str().expect("an address").parse().expect("an address")
    }

    /// Begins to sign in: the answer.
    pub async fn try_begin(&mut self, how: &Value) -> Answer {
        let path = format!("{}/api/v1/auth/sso/begin", self.address);
        let answer = self.http.request(Method::POST, path).json(how).answer().await;
        self.cookie = answer.cookie("sso");
        answer
    }

    /// Comes back with these parameters.
    pub async fn come_back(&self, parameters: &[(&str, &str)]) -> Answer {
        let mut path: Url = format!("{}/api/v1/auth/sso/callback", self.address).parse().expect("an address");
        path.query_pairs_mut().extend_pairs(parameters);
        // As a browser says that another site has sent it.
        let request = self.http.get(path).header("sec-fetch-site", "cross-site");
        let cookie = self.cookie.iter().map(|cookie| format!("sso={cookie}"));
        cookie.fold(request, |request, cookie| request.header("cookie", cookie)).answer().await
    }

    /// Signs in at the provider, from beginning to end: what the way back answered.
    pub async fn through(&mut self, app: &TestApp, provider: &IdentityProvider, how: &Value) -> Answer {
        use clock::Clock as _;
        let page = self.begin(how).await;
        provider.note(parameter(&page, "nonce"), app.clock.now().timestamp());
        let state = parameter(&page, "state");
        self.come_back(&[("code", "good"), ("state", &state), ("iss", provider.issuer())]).await
    }

    /// As [`Browser::through`], of somebody who arrives: they are signed in then.
    pub async fn arrives(app: &TestApp, provider: &IdentityProvider, how: &Value) -> Person {
        let answer = Self::new(app).through(app, provider, how).await;
        let place = answer.header("location");
        assert!(answer.status == 303 && place.ends_with("/sign-in?sso=done"), "{} {place}", answer.status);
        let person = Person::new(&app.address, "somebody@clinic.example");
        person.refresh(&answer.cookie("refresh").expect("a refresh cookie")).await.ok();
        person
    }
}

/// A parameter of an address; empty when it is missing.
pub fn parameter(page: &Url, name: &str) -> String {
    let found = page.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}
