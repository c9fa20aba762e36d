//! Access tokens that were not issued, or not so (RFC 8725; RFC 9068): none opens anything, and none is
//! anything else than a 401.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use tests::{Backend, TestApp};

/// Makes the key of the tokens, as any text does.
const SECRET: &str = "a secret of the tests, long enough for production";

/// Signs as the server does, whatever it is that is signed.
fn sign(header: &str, claims: &str, key: &[u8]) -> String {
    let body = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("any key will do").chain_update(&body);
    format!("{body}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

/// The claims with one of them changed, or left out.
fn with(claims: &Value, name: &str, value: Option<Value>) -> String {
    let mut claims = claims.as_object().expect("claims").clone();
    match value {
        Some(value) => claims.insert(name.to_owned(), value),
        None => claims.remove(name),
    };
    Value::Object(claims).to_string()
}

#[tokio::test]
async fn a_token_opens_only_as_it_was_issued() {
    let settings = [("JWT_SECRET", SECRET)];
    let app = TestApp::start_with(Backend::Sqlite, &settings).await.expect("SQLite is always there");
    let person = app.therapist().await;
    let token = person.token();
    let key = crypto::token_hash(SECRET);
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("a token has three parts") };
    let text = |part: &str| String::from_utf8(BASE64.decode(part).expect("base64")).expect("text");
    let (header_text, claims_text) = (text(header), text(claims));
    let parsed: Value = serde_json::from_str(&claims_text).expect("claims");
    let now = parsed["iat"].as_u64().expect("a time");
    // The signer of this test signs as the server does; so what is refused below is refused for its content.
    assert_eq!(sign(&header_text, &claims_text, &key), token);

    let mut forged: Vec<(String, String)> = Vec::new();
    let mut add = |what: &str, token: String| forged.push((what.to_owned(), token));
    // --- the algorithm
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({ "alg": algorithm, "typ": "at+jwt" }).to_string();
        let unsigned = format!("{}.{claims}", BASE64.encode(&header));
        add("unsigned", format!("{unsigned}."));
        add("unsigned, with a signature", format!("{unsigned}.{signature}"));
        add("signed, and said to be not", sign(&header, &claims_text, &key));
    }
    for algorithm in ["HS384", "HS512", "RS256", "ES256", "EdDSA", "PS256", "hs256", "A256GCM", "dir"] {
        let header = json!({ "alg": algorithm, "typ": "at+jwt" }).to_string();
        add(algorithm, sign(&header, &claims_text, &key));
    }
    let body = |header: &str| format!("{}.{claims}", BASE64.encode(header));
    let long = body(r#"{"alg":"HS384","typ":"at+jwt"}"#);
    let mac = Hmac::<Sha384>::new_from_slice(&key).expect("any key").chain_update(&long);
    add("really HS384", format!("{long}.{}", BASE64.encode(mac.finalize().into_bytes())));
    let longer = body(r#"{"alg":"HS512","typ":"at+jwt"}"#);
    let mac = Hmac::<Sha512>::new_from_slice(&key).expect("any key").chain_update(&longer);
    add("really HS512", format!("{longer}.{}", BASE64.encode(mac.finalize().into_bytes())));
    // --- the key
    for (what, other) in [
        ("another key", crypto::token_hash("another secret of the tests, as long as the first").to_vec()),
        ("the secret itself", SECRET.as_bytes().to_vec()),
        ("no key", Vec::new()),
        ("a key of zeros", vec![0; 32]),
    ] {
        add(what, sign(&header_text, &claims_text, &other));
        for named in ["../../../../dev/null", "/proc/sys/kernel/hostname", "' OR 1=1 --", "http://127.0.0.1/"]
        {
            let header = json!({ "alg": "HS256", "typ": "at+jwt", "kid": named, "jku": named, "x5u": named });
            add("a key by name", sign(&header.to_string(), &claims_text, &other));
        }
        let own = json!({ "kty": "oct", "k": BASE64.encode(&other) });
        let header = json!({ "alg": "HS256", "typ": "at+jwt", "jwk": own });
        add("a key of one's own", sign(&header.to_string(), &claims_text, &other));
    }
    // --- the kind
    for kind in
        [json!("JWT"), json!("second-factor+jwt"), json!("application/jwt"), json!(null), json!(["at+jwt"])]
    {
        let header = json!({ "alg": "HS256", "typ": kind }).to_string();
        add("another kind", sign(&header, &claims_text, &key));
    }
    add("no kind", sign(r#"{"alg":"HS256"}"#, &claims_text, &key));
    let critical = json!({ "alg": "HS256", "typ": "at+jwt", "crit": ["unknown"], "unknown": true });
    add("what has to be understood", sign(&critical.to_string(), &claims_text, &key));
    let unencoded = json!({ "alg": "HS256", "typ": "at+jwt", "crit": ["b64"], "b64": false });
    add("an unencoded payload", sign(&unencoded.to_string(), &claims_text, &key));
    // --- the claims
    let far = u64::MAX;
    for (name, values) in [
        (
            "exp",
            vec![
                None,
                Some(json!("4102444800")),
                Some(json!(null)),
                Some(json!([4102444800_u64])),
                Some(json!({})),
                Some(json!(true)),
                Some(json!(far)),
                Some(json!(1e300)),
                Some(json!(-1)),
                Some(json!(0)),
                Some(json!(now - 10)),
                Some(json!(now + 86_400)),
                Some(json!(now + 3_601)),
            ],
        ),
        (
            "iat",
            vec![
                None,
                Some(json!("0")),
                Some(json!(null)),
                Some(json!([now])),
                Some(json!(now + 600)),
                Some(json!(-1)),
            ],
        ),
        ("nbf", vec![Some(json!(now + 600)), Some(json!("now"))]),
        (
            "iss",
            vec![
                None,
                Some(json!("somebody")),
                Some(json!(null)),
                Some(json!("")),
                Some(json!(["mindscribe"])),
            ],
        ),
        (
            "aud",
            vec![
                None,
                Some(json!("mindscribe-second-factor")),
                Some(json!(null)),
                Some(json!("")),
                Some(json!([])),
                Some(json!(["somebody"])),
            ],
        ),
        (
            "sid",
            vec![
                None,
                Some(json!(null)),
                Some(json!("nonsense")),
                Some(json!(7)),
                Some(json!([parsed["sid"]])),
                Some(json!("00000000-0000-0000-0000-000000000000")),
                Some(json!("' OR 1=1 --")),
            ],
        ),
    ] {
        for value in values {
            add(&format!("{name} {value:?}"), sign(&header_text, &with(&parsed, name, value), &key));
        }
    }
    let twice = claims_text.replacen('{', &format!(r#"{{"sid":"{}","#, "0".repeat(32)), 1);
    add("a claim twice", sign(&header_text, &twice, &key));
    for no_claims in ["", "{}", "[]", "null", "7", "{", "\"exp\""] {
        add("no claims", sign(&header_text, no_claims, &key));
    }
    // --- the form
    for length in [0, 1, header.len(), header.len() + 1, token.len() / 2, token.len() - 1] {
        add("truncated", token[..length].to_owned());
    }
    for wrong in [
        format!("{token}."),
        format!(".{token}"),
        format!("{token}="),
        format!("{token}A"),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}.{signature}"),
        format!("{header}..{signature}"),
        format!("{claims}.{header}.{signature}"),
        format!("{token},{token}"),
        token.replace('.', "%2e"),
        "A".repeat(100_000),
    ] {
        add("another form", wrong);
    }
    for (what, token) in &forged {
        person.hold(token);
        let answer = person.get("/me").await;
        assert!([401, 431].contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
        if answer.status == 401 && !token.is_empty() {
            assert_eq!(answer.code(), "unauthenticated", "{what}");
        }
    }
    println!("{} forged tokens opened nothing", forged.len());
    person.hold(&token);
    person.get("/me").await.ok();
    app.stop().await;
}
