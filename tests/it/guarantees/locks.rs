//! A locked sign-in opens nothing, whatever the operation, but what it must: a recording that goes on, and
//! the ways out of the lock.

use tests::{Backend, TestApp};

use super::{catalogue::catalogue, operations::operations, world::World};

/// Operations that a lock lets pass.
const PASS: &[&str] = &[
    "DELETE /api/v1/uploads/{id}",
    "HEAD /api/v1/uploads/{id}",
    "PATCH /api/v1/uploads/{id}",
    "POST /api/v1/auth/lock",
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/unlock",
    "POST /api/v1/me/second-factors/passkey-challenge",
    "POST /api/v1/uploads",
];

#[tokio::test]
async fn a_locked_sign_in_opens_nothing_but_what_it_must() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let therapist = app.therapist().await;
    let world = World::of_nothing();
    let mut passed = Vec::new();
    for operation in operations() {
        // What anybody may ask shows nothing of a practice; a ticket is tried with the locks.
        if matches!(operation.permission.as_deref(), None | Some("public" | "operator" | "ticket")) {
            continue;
        }
        therapist.post_nothing("/auth/lock").await.expect(204);
        let steps = catalogue();
        let step = steps.iter().find(|it| it.operation == operation.name()).expect("it has a step");
        let answer = world.send(step, &therapist, &therapist).await;
        if answer.status == 423 {
            assert!(operation.method == "HEAD" || answer.code() == "locked", "{}", operation.name());
        } else {
            passed.push(operation.name());
        }
        if operation.name().ends_with("/logout") {
            therapist.sign_in().await.ok();
        }
    }
    assert_eq!(passed, PASS);
    app.stop().await;
}
