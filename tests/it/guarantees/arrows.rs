//! Who may know whom. The table below is the only place where an arrow can be added.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Each crate with the crates of ours that it depends on, other than for its own tests.
const ARROWS: &[(&str, &[&str])] = &[
    // --- vocabulary and tables
    ("shared", &[]),
    ("entities", &["shared"]),
    ("migrations", &[]),
    // --- capabilities
    ("clock", &[]),
    ("crypto", &[]),
    ("blobs", &["crypto"]),
    ("jobs", &[]),
    ("mail", &[]),
    ("cache", &[]),
    ("kms", &[]),
    ("outbound", &[]),
    ("sso", &["crypto", "outbound", "shared"]),
    ("audio", &[]),
    ("remote", &[]),
    ("speech", &["remote"]),
    ("llm", &["outbound", "remote"]),
    ("weights", &[]),
    ("telemetry", &[]),
    // --- authority
    ("trail", &["crypto", "shared"]),
    ("proof", &["shared"]),
    ("audit", &["clock", "entities", "shared", "trail"]),
    ("access", &["audit", "clock", "crypto", "entities", "jobs", "shared"]),
    // --- domain
    ("identity", &["access", "audit", "crypto", "entities", "proof", "shared", "sso"]),
    ("clinical", &["access", "audit", "crypto", "entities", "shared"]),
    ("governance", &["access", "audit", "entities", "llm", "remote", "shared", "speech", "telemetry"]),
    (
        "scribe",
        &[
            "access",
            "audio",
            "audit",
            "blobs",
            "clinical",
            "crypto",
            "entities",
            "governance",
            "shared",
            "telemetry",
        ],
    ),
    ("exports", &["access", "clinical", "shared"]),
    ("upkeep", &["access", "blobs", "clock", "crypto", "migrations", "shared"]),
    // --- edges
    (
        "api",
        &[
            "access",
            "audio",
            "audit",
            "blobs",
            "cache",
            "clinical",
            "clock",
            "crypto",
            "exports",
            "governance",
            "identity",
            "jobs",
            "kms",
            "llm",
            "mail",
            "migrations",
            "outbound",
            "proof",
            "remote",
            "scribe",
            "shared",
            "speech",
            "sso",
            "telemetry",
            "upkeep",
        ],
    ),
    ("web", &["shared"]),
    // --- for developers
    ("testing", &["access", "audit", "clock", "crypto", "entities", "migrations", "shared"]),
    (
        "tests",
        &[
            "access",
            "api",
            "audit",
            "blobs",
            "clock",
            "crypto",
            "entities",
            "identity",
            "migrations",
            "proof",
            "shared",
            "telemetry",
            "testing",
            "upkeep",
        ],
    ),
    ("xtask", &["weights"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_arrows_between_crates_are_those_of_the_table() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let found: BTreeMap<&str, BTreeSet<&str>> = packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
            let ours = dependencies.filter(|it| it["path"].is_string() && it["kind"] != "dev");
            (package["name"].as_str().expect("a name"), ours.filter_map(|it| it["name"].as_str()).collect())
        })
        .collect();
    let table: BTreeMap<&str, BTreeSet<&str>> =
        ARROWS.iter().map(|(name, arrows)| (*name, arrows.iter().copied().collect())).collect();
    let mut wrong = Vec::new();
    for name in found.keys().chain(table.keys()).collect::<BTreeSet<_>>() {
        let (Some(found), Some(table)) = (found.get(name), table.get(name)) else {
            wrong.push(format!("{name} is only on one side"));
            continue;
        };
        wrong.extend(found.difference(table).map(|it| format!("{name} -> {it} is not in the table")));
        wrong.extend(table.difference(found).map(|it| format!("{name} -> {it} is not used any more")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_gateway_reaches_speech_and_language_models() {
    for engine in ["speech", "llm"] {
        let users: Vec<&str> =
            ARROWS.iter().filter(|(_, arrows)| arrows.contains(&engine)).map(|(name, _)| *name).collect();
        assert_eq!(users, ["governance", "api"], "{engine}");
    }
    // The server makes the engines and hands them over; it names them nowhere else.
    for file in sources("api/src") {
        let name = file.display().to_string();
        let makes_them =
            name.ends_with("startup.rs") || name.contains("/engines") || name.ends_with("app.rs");
        if !makes_them {
            let text = code(&file);
            assert!(!text.contains("speech::") && !text.contains("llm::"), "{name} names an engine");
        }
    }
}

#[test]
fn only_stores_name_tables() {
    for file in sources("crates").into_iter().chain(sources("api/src")) {
        let path = file.display().to_string();
        let beneath = ["access", "audit", "entities", "testing", "xtask"];
        let may = beneath.iter().any(|it| path.contains(&format!("/crates/{it}/")))
            || path.ends_with("/store.rs")
            // Jobs keep apalis' tables, which are none of ours, with sqlx.
            || path.contains("/crates/jobs/")
            || is_test(&path);
        if !may {
            let text = code(&file);
            for word in ["sea_orm", "entities::"] {
                assert!(!text.contains(word), "{path} names {word}");
            }
        }
    }
}

#[test]
fn only_sign_in_looks_across_practices() {
    for file in sources("crates").into_iter().chain(sources("api/src")) {
        let path = file.display().to_string();
        let may = (path.contains("/crates/identity/src/") && path.ends_with("/store.rs"))
            || path.contains("/crates/access/src/");
        assert!(may || !code(&file).contains("find_across_practices"), "{path} looks across practices");
    }
}

#[test]
fn only_the_listed_crates_reach_the_network() {
    // `api` asks itself how it is, for the health check of a container.
    let may = ["api", "blobs", "kms", "mail", "outbound", "remote", "tests", "xtask"];
    for file in manifests() {
        let text = std::fs::read_to_string(&file).expect("a manifest");
        let name =
            file.parent().and_then(Path::file_name).and_then(|it| it.to_str()).expect("a name").to_owned();
        let dependencies = text.split("[dev-dependencies]").next().unwrap_or_default();
        let reaches = ["reqwest", "object_store", "ureq", "hyper", "lettre"]
            .iter()
            .any(|it| dependencies.lines().any(|line| line.starts_with(it)));
        assert!(!reaches || may.contains(&name.as_str()), "{name} reaches the network");
    }
}

/// A file without its comments and its own tests.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("a source file");
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("/testing.rs")
        || path.contains("/examples/")
}

fn manifests() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        ["api", "shared", "migrations", "tests", "web"].map(|it| root().join(it)).to_vec();
    all.extend(std::fs::read_dir(root().join("crates")).expect("crates").flatten().map(|it| it.path()));
    all.into_iter().map(|it| it.join("Cargo.toml")).filter(|it| it.is_file()).collect()
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_some_and(|it| it != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    found
}
