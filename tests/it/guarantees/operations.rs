//! The operations, as the description of the API lists them.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use shared::permissions::Permission;
use tests::{Answered as _, Backend, TestApp};

use super::{catalogue::catalogue, world::World};

/// One operation of the description.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// `GET`, `POST`, …
    pub method: String,
    /// The whole path, with `{id}` in it.
    pub path: String,
    /// Its `x-permission`.
    pub permission: Option<String>,
}

impl Operation {
    /// `GET /api/v1/clients/{id}`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

pub fn description() -> Value {
    serde_json::to_value(api::document()).expect("the description has a JSON form")
}

/// Every operation, in order.
pub fn operations() -> Vec<Operation> {
    let description = description();
    let paths = description["paths"].as_object().expect("paths");
    let mut all: Vec<Operation> = paths
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().into_iter().flatten().map(|(method, operation)| Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                permission: operation["x-permission"].as_str().map(str::to_owned),
            })
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_operation_says_which_permission_it_takes() {
    let outside_the_matrix = ["public", "anyone", "operator", "ticket"];
    for operation in operations() {
        let permission = operation.permission.clone().unwrap_or_default();
        let is_known = outside_the_matrix.contains(&permission.as_str())
            || Permission::ALL.iter().any(|it| it.as_str() == permission);
        assert!(is_known, "{} carries x-permission {permission:?}", operation.name());
    }
}

#[test]
fn every_permission_opens_an_operation() {
    let mut used: BTreeSet<String> = operations().into_iter().filter_map(|it| it.permission).collect();
    // These open fields and rows, not operations; the claims on authorization and care teams ask for them.
    let within = [Permission::ReadCodes, Permission::AllClients];
    used.extend(within.map(|it| it.as_str().to_owned()));
    let unused: Vec<&str> =
        Permission::ALL.iter().map(|it| it.as_str()).filter(|it| !used.contains(*it)).collect();
    assert!(unused.is_empty(), "no operation takes {unused:?}");
}

#[test]
fn every_operation_has_its_step_in_the_catalogue() {
    let described: BTreeSet<String> = operations().iter().map(Operation::name).collect();
    let listed: BTreeSet<String> = catalogue().iter().map(|step| step.operation.to_owned()).collect();
    let missing: Vec<_> = described.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(missing.is_empty(), "without a step in guarantees/catalogue.rs: {missing:#?}");
    assert!(gone.is_empty(), "in guarantees/catalogue.rs, but not in the API: {gone:#?}");
}

#[test]
fn every_operation_names_its_refusals() {
    let description = description();
    for operation in operations() {
        let responses = &description["paths"][&operation.path][operation.method.to_lowercase()]["responses"];
        let names =
            |status: &str| assert!(!responses[status].is_null(), "{} has no {status}", operation.name());
        match operation.permission.as_deref() {
            Some("public" | "operator") | None => {}
            Some("anyone" | "ticket") => names("401"),
            Some(_) => {
                names("401");
                names("403");
            }
        }
        if operation.path.contains('{') {
            names("404");
        }
    }
}

#[test]
fn every_post_that_makes_something_takes_an_idempotency_key() {
    let otherwise_made_once = [
        // An invitation works once.
        "POST /api/v1/auth/invitations/accept",
        // However many links there are, the first that is used ends them all.
        "POST /api/v1/auth/password-reset",
        // An e-mail has one account.
        "POST /api/v1/auth/register",
        // A practice has one system by a name.
        "POST /api/v1/governance/systems",
        // An entry is corrected once.
        "POST /api/v1/disclosures/{id}/correct",
        // One deletion waits at a time.
        "POST /api/v1/clients/{id}/deletion",
        "POST /api/v1/practice/deletion",
    ];
    let description = description();
    for operation in operations().iter().filter(|it| it.method == "POST") {
        let described = &description["paths"][&operation.path]["post"];
        let makes = ["201", "202"].iter().any(|status| !described["responses"][status].is_null());
        let takes = described["parameters"].as_array().into_iter().flatten();
        let takes = takes.filter_map(|it| it["name"].as_str()).any(|name| name == "Idempotency-Key");
        let may_not = otherwise_made_once.contains(&operation.name().as_str());
        assert!(!makes || takes || may_not, "{} takes no Idempotency-Key", operation.name());
    }
}

#[tokio::test]
async fn every_address_says_which_methods_it_takes() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let (nobody, world) = (app.nobody(), World::of_nothing());
    let description = description();
    for (template, methods) in description["paths"].as_object().expect("paths") {
        let taken: BTreeSet<String> =
            methods.as_object().expect("methods").keys().map(|method| method.to_uppercase()).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            if taken.contains(method) {
                continue;
            }
            let method: Method = method.parse().expect("a method");
            let answer = nobody.call_at(method, &world.path(template)).answer().await;
            answer.refused(405, "method_not_allowed");
            let allowed: BTreeSet<String> = answer.header("allow").split(", ").map(str::to_owned).collect();
            assert_eq!(allowed, taken, "{template}");
        }
    }
    nobody.call_at(Method::DELETE, "/api/v1/nowhere").answer().await.refused(404, "not_found");
    app.stop().await;
}
