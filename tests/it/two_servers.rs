//! Two processes on one database: what one ends, the other refuses within five seconds, with a Redis between
//! them, without one, and when it is killed in between; and with one they count requests together.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, Binary, Events, OwnDatabase, PASSWORD, Person, Postbox, Redis};

use crate::SERVER;

/// The goal from the end of a sign-in to its refusal, whichever process is asked.
const GOAL: Duration = Duration::from_secs(5);

struct Two {
    one: Binary,
    other: Binary,
    owner: Person,
    postbox: Postbox,
    own: OwnDatabase,
}

impl Two {
    /// Starts both; nothing where there is no PostgreSQL.
    async fn start(settings: &[(&str, &str)]) -> Option<Self> {
        let own = OwnDatabase::create().await?;
        let postbox = Postbox::open().await;
        let (key, mail) = (format!("test:{}", BASE64.encode([7; 32])), postbox.url());
        let mut all = vec![
            ("DATABASE_URL", own.url.as_str()),
            ("DATABASE_POOL", "8"),
            ("ENCRYPTION_KEY", &key),
            ("SMTP_URL", &mail),
            ("FROM_EMAIL", "MindScribe <no-reply@mindscribe.example>"),
        ];
        all.extend(settings);
        let (one, other) = (Binary::start(SERVER, &all), Binary::start(SERVER, &all));
        let owner = one.therapist().await;
        Some(Self { one, other, owner, postbox, own })
    }

    /// A colleague of the owner, who has just used both servers.
    async fn colleague(&self, name: &str) -> (Person, Person) {
        let email = format!("{name}@practice.example");
        let form = json!({ "email": email, "role": Role::Clinician });
        self.owner.post("/invitations", &form).await.created();
        let link = self.postbox.mail_to(&email, 0).await.link();
        let person = Person::new(&self.one.address, &email);
        let token = link.split_once("/invitation#").expect("a token").1;
        person.accept(token, "Robin Sommer").await.created();
        let there = Person::new(&self.other.address, &email);
        there.hold(&person.token());
        (person, there)
    }

    async fn stop(mut self) {
        self.one.kill();
        self.other.kill();
        self.own.remove().await;
    }
}

/// How long after `end` another server still lets somebody in, who was in a moment before.
async fn until_refused(there: &Person, path: &str, end: impl Future<Output = Answer>) -> Duration {
    there.get(path).await.ok();
    let ended = end.await;
    assert!(ended.status < 300, "{}", ended.text());
    let since = Instant::now();
    while there.get(path).await.status == 200 {
        assert!(since.elapsed() < 2 * GOAL, "never refused");
    }
    since.elapsed()
}

async fn id_of(person: &Person) -> String {
    person.get("/me").await.ok()["user"]["id"].as_str().expect("an id").to_owned()
}

/// Ends sign-ins on one server in every way there is; how long the other needed each time.
async fn end_in_every_way(two: &Two, round: &str) -> Vec<Duration> {
    let mut took = Vec::new();
    let change = async |id: &str, what: Value| two.owner.patch(&format!("/users/{id}"), None, &what).await;

    let (here, there) = two.colleague(&format!("signs-out-{round}")).await;
    took.push(until_refused(&there, "/me", here.post_nothing("/auth/logout")).await);
    there.get("/me").await.refused(401, "unauthenticated");

    let (here, there) = two.colleague(&format!("loses-a-role-{round}")).await;
    let id = id_of(&here).await;
    took.push(until_refused(&there, "/notes", change(&id, json!({ "role": "biller" }))).await);
    there.get("/notes").await.refused(403, "forbidden");
    there.get("/me").await.ok();

    let (here, there) = two.colleague(&format!("is-deactivated-{round}")).await;
    let id = id_of(&here).await;
    took.push(until_refused(&there, "/me", change(&id, json!({ "active": false }))).await);
    there.get("/me").await.refused(401, "unauthenticated");

    let (here, there) = two.colleague(&format!("listens-{round}")).await;
    let id = id_of(&here).await;
    let mut events = Events::open(&there, None).await;
    change(&id, json!({ "active": false })).await.ok();
    let since = Instant::now();
    tokio::time::timeout(2 * GOAL, events.ended()).await.expect("the stream is cut off");
    took.push(since.elapsed());

    let slowest = took.iter().max().expect("four ways");
    println!("from the end of a sign-in to its refusal elsewhere, {round}: at most {slowest:?} of {took:?}");
    assert!(*slowest <= GOAL, "{took:?}");
    took
}

#[tokio::test]
async fn what_one_server_ends_another_refuses_within_five_seconds() {
    let Some(two) = Two::start(&[]).await else { return };
    end_in_every_way(&two, "without-redis").await;
    two.stop().await;
}

#[tokio::test]
async fn with_redis_it_is_refused_at_once_and_without_it_still_in_time() {
    let Some(mut redis) = Redis::start() else { return };
    let url = redis.url();
    let Some(two) = Two::start(&[("REDIS_URL", &url)]).await else { return };
    let took = end_in_every_way(&two, "with-redis").await;
    // Each server was asked a moment before, so that without news it would have let them in for 2 s.
    let quickest = took.iter().take(3).min().expect("three ways");
    assert!(*quickest < Duration::from_secs(1), "{took:?}");
    redis.kill();
    end_in_every_way(&two, "redis-killed").await;
    let health = two.owner.call_at(Method::GET, "/health/detailed").answer().await.ok();
    let components = health["components"].as_array().expect("a list").clone();
    let cache = components.iter().find(|it| it["name"] == "cache").expect("the cache is listed");
    assert_eq!((health["status"].as_str(), cache["state"].as_str()), (Some("healthy"), Some("degraded")));
    for log in [two.one.logged(), two.other.logged()] {
        assert_eq!(log.matches("the cache is away").count(), 1, "{log}");
        assert!(!log.contains("redis://"), "{log}");
    }
    two.stop().await;
}

#[tokio::test]
async fn servers_with_one_redis_count_tries_together_and_by_themselves_without_it() {
    let Some(mut redis) = Redis::start() else { return };
    let Some(database) = OwnDatabase::create().await else { return };
    let (url, key) = (redis.url(), format!("test:{}", BASE64.encode([7; 32])));
    // A twentieth of it is for signing in. The window is so long that nothing drains meanwhile.
    let settings = [
        ("REDIS_URL", url.as_str()),
        ("DATABASE_URL", &database.url),
        ("ENCRYPTION_KEY", &key),
        ("RATE_LIMIT_MAX_REQUESTS", "200"),
        ("RATE_LIMIT_WINDOW_MS", "3600000"),
    ];
    let (one, other) = (Binary::start(SERVER, &settings), Binary::start(SERVER, &settings));
    let guess = async |server: &Binary| {
        let nobody = Person::new(&server.address, "nobody@nowhere.example");
        nobody.post("/auth/invitations/read", &json!({ "token": "nonsense", "email": PASSWORD })).await
    };
    while !both_say(&[&one, &other], "ok").await {}
    for made in 0..10 {
        let answer = guess(if made % 2 == 0 { &one } else { &other }).await;
        assert_ne!(answer.status, 429);
        assert_eq!(answer.header("ratelimit-remaining"), (9 - made).to_string());
    }
    guess(&one).await.refused(429, "too_many_requests");
    guess(&other).await.refused(429, "too_many_requests");
    // Redis holds keyed hashes and levels, and nothing of the caller.
    let kept = redis.keys();
    assert!(!kept.is_empty() && kept.iter().all(|key| key.starts_with("mindscribe:rate:")), "{kept:?}");
    assert!(kept.iter().all(|key| !key.contains("127.0.0.1")), "{kept:?}");

    redis.kill();
    while !both_say(&[&one, &other], "degraded").await {}
    for server in [&one, &other] {
        let statuses: Vec<u16> = [guess(server).await.status, guess(server).await.status].into();
        assert!(statuses.iter().all(|status| *status != 429), "{statuses:?}");
        for _ in 2..10 {
            guess(server).await;
        }
        guess(server).await.refused(429, "too_many_requests");
    }
    redis.restart();
    while !both_say(&[&one, &other], "ok").await {}
    assert_ne!(guess(&one).await.status, 429);
    drop((one, other));
    database.remove().await;
}

/// Whether both servers say this of their cache.
async fn both_say(servers: &[&Binary], state: &str) -> bool {
    for server in servers {
        let nobody = Person::new(&server.address, "nobody@nowhere.example");
        let health = nobody.call_at(Method::GET, "/health/detailed").answer().await.ok();
        let components = health["components"].as_array().expect("a list").clone();
        if !components.iter().any(|it| it["name"] == "cache" && it["state"] == state) {
            return false;
        }
    }
    true
}
