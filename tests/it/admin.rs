//! The operator's commands that seed a server: each can be given again, is recorded, and tells no secret but
//! the one it is asked for.

use serde_json::{Value, json};
use tests::{Binary, PASSWORD, Person};

use crate::SERVER;

/// Runs `admin` beside a running server, on its data.
fn admin(server: &Binary, arguments: &[&str]) -> Result<Value, String> {
    let data = server.data().display().to_string();
    let all: Vec<&str> = ["admin"].iter().chain(arguments).chain(&["--json"]).copied().collect();
    let (done, printed, said) = tests::run(SERVER, &all, &[("DATA_DIR", data.as_str())]);
    assert!(!printed.contains(PASSWORD) && !said.contains(PASSWORD), "{printed}{said}");
    if done { Ok(serde_json::from_str(&printed).expect("JSON")) } else { Err(said) }
}

#[tokio::test]
async fn a_server_is_seeded_by_commands_that_can_be_given_again() {
    let server = Binary::start(SERVER, &[]);
    let file = server.data().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).expect("written");
    let file = file.to_str().expect("a plain path");
    let person = |email: &'static str| ["--email", email, "--person", "Vera Winter", "--password-file", file];

    let practice = ["create-practice", "--name", "Lindenhof Practice", "--jurisdiction", "US-CA"];
    let make = || admin(&server, &[&practice[..], &person("vera@practice.example")].concat()).expect("made");
    let (first, again) = (make(), make());
    assert_eq!((first["created"].clone(), again["created"].clone()), (json!(true), json!(false)));
    assert_eq!(first["practice_id"], again["practice_id"]);
    let practice_id = first["practice_id"].as_str().expect("an id");

    let user = |email: &'static str, role: &'static str| {
        let words = ["create-user", "--practice", practice_id, "--role", role];
        admin(&server, &[&words[..], &person(email)].concat())
    };
    let (first, again) =
        (user("robin@practice.example", "clinician"), user("robin@practice.example", "biller"));
    let (first, again) = (first.expect("added"), again.expect("there"));
    assert_eq!((first["created"].clone(), again["created"].clone()), (json!(true), json!(false)));
    assert_eq!(first["user_id"], again["user_id"]);

    // They sign in as anybody does, as what they were added first.
    let robin = Person::new(&server.address, "robin@practice.example");
    robin.sign_in().await.ok();
    assert_eq!(robin.get("/me").await.ok()["role"], "clinician");
    // The token of the owner, who has no second factor yet, opens what owners may do.
    let told = admin(&server, &["create-token", "--email", "vera@practice.example"]).expect("told");
    let vera = Person::new(&server.address, "vera@practice.example");
    vera.hold(told["access_token"].as_str().expect("a token"));
    let events = vera.get("/audit/events").await.ok();
    let by_operator = |action: &str| {
        let all = events["items"].as_array().into_iter().flatten();
        all.filter(|it| it["action"] == action && it["actor"] == "system:operator").count()
    };
    let actions = ["practice_registered", "person_added", "signed_in"].map(by_operator);
    assert_eq!(actions, [1, 1, 1], "{events}");

    for (words, reason) in [
        (&["create-token", "--email", "nobody@practice.example"][..], "has no account"),
        (&["create-user", "--practice", "here", "--role", "biller"], "--practice"),
        (&["create-user", "--practice", practice_id, "--role", "king"], "--role"),
        (&["create-user", "--practice", "01990000-0000-7000-8000-00000000dead", "--role", "biller"], ""),
    ] {
        let new = person("new@practice.example");
        let words = if words[0] == "create-user" { [words, &new[..]].concat() } else { words.to_vec() };
        let refused = admin(&server, &words).expect_err("refused");
        assert!(refused.contains(reason) && refused.trim().lines().count() == 1, "{refused}");
    }
    std::fs::write(file, "short\n").expect("written");
    let refused = user("new@practice.example", "biller").expect_err("refused");
    assert!(!refused.contains("short\n"), "{refused}");
}
