//! The documents that are made from the code say what the code says.

use std::path::Path;

use reqwest::Method;
use tests::{Answered as _, Backend, TestApp};

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("docs/{name} is missing"))
}

#[test]
fn docs_openapi_json_is_the_description_of_this_server() {
    let (_, printed, _) = tests::run(crate::SERVER, &["export-openapi"], &[]);
    assert!(
        document("openapi.json") == printed,
        "docs/openapi.json is old: mindscribe-api export-openapi > docs/openapi.json"
    );
}

#[test]
fn docs_env_md_lists_the_settings_of_this_server() {
    let (_, printed, _) = tests::run(crate::SERVER, &["export-env"], &[]);
    assert!(document("env.md") == printed, "docs/env.md is old: mindscribe-api export-env > docs/env.md");
}

#[tokio::test]
async fn the_server_serves_its_own_description() {
    let app = TestApp::start(Backend::Sqlite).await.expect("SQLite is always there");
    let nobody = app.nobody();
    assert_eq!(nobody.get("/openapi.json").await.ok(), super::operations::description());
    let page = nobody.call_at(Method::GET, "/api/docs/").answer().await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    app.stop().await;
}
