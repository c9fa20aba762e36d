//! What a browser is told with every kind of answer, and what other sites cannot make it do.

use reqwest::Method;
use serde_json::json;
use tests::{Answer, Answered as _, Backend, PASSWORD, Person, TestApp};

/// Header by header, what every answer says.
const ALWAYS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "microphone=(self), camera=(), geolocation=(), payment=(), usb=()"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
];

#[track_caller]
fn is_guarded(what: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), *value, "{name} of {what}");
        assert_eq!(answer.headers.get_all(*name).iter().count(), 1, "{name} of {what}");
    }
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'self'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{part} of {what}: {policy}");
    }
    assert!(!policy.contains("unsafe-eval") || policy.contains("'wasm-unsafe-eval'"), "{what}: {policy}");
    assert!(!policy.replace("style-src 'self' 'unsafe-inline'", "").contains("unsafe-inline"), "{what}");
    assert!(!answer.header("x-request-id").is_empty(), "{what}");
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_headers_and_only_files_of_the_app_are_kept() {
    let web = tempfile::tempdir().expect("a folder");
    let asset = "web-0123456789abcdef.js";
    std::fs::write(web.path().join("index.html"), "<!DOCTYPE html><title>MindScribe</title>")
        .expect("written");
    std::fs::write(web.path().join(asset), "export {}").expect("written");
    let folder = web.path().display().to_string();
    let settings =
        [("WEB_DIR", folder.as_str()), ("COOKIE_SECURE", "true"), ("RATE_LIMIT_MAX_REQUESTS", "200")];
    let app = TestApp::start_with(Backend::Sqlite, &settings).await.expect("SQLite is always there");
    let person = Person::new(&app.address, "vera@practice.example");
    let registered = person.register("Practice", "Vera").await;
    let nobody = app.nobody();
    let at = async |path: &str| nobody.call_at(Method::GET, path).answer().await;
    let large = person.call(Method::POST, "/clients").header("content-type", "application/json");
    let answers = [
        ("what was made", 201, &registered),
        ("what was asked", 200, &person.get("/me").await),
        ("no second factor yet", 403, &person.get("/clients").await),
        ("nobody", 401, &nobody.get("/clients").await),
        ("nothing there", 404, &nobody.get("/nothing").await),
        ("no such method", 405, &nobody.call(Method::DELETE, "/me").answer().await),
        ("no JSON", 415, &nobody.send("/auth/login", "text/plain", b"{".to_vec()).await),
        ("bad fields", 422, &nobody.register("", "").await),
        ("too large", 413, &large.body(vec![b' '; 5 << 20]).answer().await),
        ("health", 200, &at("/health").await),
        ("details", 200, &at("/health/detailed").await),
        ("metrics", 200, &at("/metrics").await),
        ("the description", 200, &at("/api/v1/openapi.json").await),
        ("its page", 200, &at("/api/docs/").await),
    ];
    let too_soon = loop {
        let answer = nobody.sign_in().await;
        if answer.code() == "too_many_requests" {
            break answer;
        }
    };
    for (what, status, answer) in answers.into_iter().chain([("too soon", 429, &too_soon)]) {
        // An owner without a second factor may be refused before their body is read.
        assert!(
            answer.status == status || (status == 413 && answer.status == 403),
            "{what}: {}",
            answer.text()
        );
        is_guarded(what, answer);
        assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    }
    for (what, path, status, kept) in [
        ("the page", "/", 200, "no-cache"),
        ("an address of the app", "/clients", 200, "no-cache"),
        ("a file", "/web-0123456789abcdef.js", 200, "public, max-age=31536000, immutable"),
        ("a missing file", "/web-missing.js", 404, "no-store"),
    ] {
        let answer = at(path).await;
        assert_eq!(answer.status, status, "{what}");
        is_guarded(what, &answer);
        assert_eq!(answer.header("cache-control"), kept, "{what}");
    }
    let cookies: Vec<_> = registered.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        let cookie = cookie.to_str().expect("text");
        for part in ["__Host-", "; HttpOnly", "; Secure", "; SameSite=Strict", "; Path=/"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    app.stop().await;
}

#[tokio::test]
async fn another_site_can_neither_use_nor_set_the_cookies_of_this_one() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let person = Person::new(&app.address, "vera@practice.example");
    let cookie = person.register("Practice", "Vera").await.cookie("refresh").expect("a cookie");
    let own = app.address.clone();
    let sign_in = json!({ "email": person.email, "password": PASSWORD });
    let send = async |path: &str, headers: &[(&str, &str)]| {
        let request = person.call(Method::POST, path).header("cookie", format!("refresh={cookie}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.json(&sign_in).answer().await
    };
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        // A sister domain, which SameSite takes for the same site.
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", own.as_str())],
        &[("sec-fetch-site", "")],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "http://127.0.0.1:1")],
    ] {
        for path in ["/auth/refresh", "/auth/logout", "/auth/login", "/auth/register", "/auth/mfa"] {
            let answer = send(path, headers).await;
            answer.refused(403, "cross_site");
            assert!(answer.headers.get("set-cookie").is_none(), "{path}");
        }
    }
    // None of it has used the cookie up or ended the sign-in.
    person.get("/me").await.ok();
    send("/auth/refresh", &[("sec-fetch-site", "same-origin"), ("origin", own.as_str())]).await.ok();
    // What is no browser says nothing of the kind; an older browser names the origin.
    send("/auth/login", &[]).await.ok();
    send("/auth/login", &[("origin", own.as_str())]).await.ok();
    send("/auth/logout", &[("sec-fetch-site", "none")]).await.expect(204);
    // Nothing is opened to other sites: no answer says that they may read it.
    let asked = person.call(Method::OPTIONS, "/clients").header("origin", "https://elsewhere.example");
    let preflight = asked.header("access-control-request-method", "GET").answer().await;
    assert!(preflight.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
    app.stop().await;
}
