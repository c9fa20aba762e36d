//! Who may do what: every operation by every role, and by nobody.

use std::fmt::Write as _;

use tests::{Backend, Person, TestApp};

use super::{catalogue::catalogue, operations::operations, world::World};

/// What an answer says about the permission, whatever it says otherwise.
async fn verdict(step: &super::catalogue::Step, person: &Person) -> String {
    let answer = World::of_nothing().send(step, person, person).await;
    match answer.status {
        401 if step.operation.contains("/auth/") && answer.code() != "unauthenticated" => {
            "allowed".to_owned()
        }
        401 | 403 => answer.status.to_string(),
        500.. => panic!("{}: {}", step.operation, answer.text()),
        _ => "allowed".to_owned(),
    }
}

#[tokio::test]
async fn each_role_may_do_what_the_matrix_says_and_nothing_else() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let owner = app.therapist().await;
    let clinician = app.colleague_of(&owner).await;
    let auditor = app.auditor_beside(&owner).await;
    let nobody = app.nobody();
    let mut matrix = String::new();
    for operation in operations() {
        let steps = catalogue();
        let step = steps.iter().find(|it| it.operation == operation.name()).expect("it has a step");
        let permission = operation.permission.clone().unwrap_or_default();
        let mut line = format!("{} [{permission}]:", operation.name());
        for (name, person) in
            [("owner", &owner), ("clinician", &clinician), ("auditor", &auditor), ("nobody", &nobody)]
        {
            let verdict = verdict(step, person).await;
            let _ = write!(line, " {name} {verdict}");
            if step.operation.ends_with("/logout") && verdict == "allowed" {
                person.sign_in().await.ok();
            }
        }
        matrix.push_str(&line);
        matrix.push('\n');
    }
    insta::assert_snapshot!("authorization_matrix", matrix);
    app.stop().await;
}
