//! Compares every crate of the build with `deny.toml`: its licence, its source, and whether it is
//! banned. It needs no network and no further tool; `cargo deny` reads the same file.

use crate::{process::capture, workspace::Workspace};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{fs, path::PathBuf};

/// SHA-256 of licence texts whose packages do not name them, and what they are.
const READ_BY_HAND: &[(&str, &str)] = &[
    // apalis-postgres
    ("99114ac3035694c75c55fc63d36a40c4e4e8f43d08cbddfc411b7e8e2e6c0073", "MIT"),
];

#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Sources {
    #[serde(rename = "allow-registry")]
    allow_registry: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    license_file: Option<PathBuf>,
    manifest_path: PathBuf,
    /// `None` for the crates of this checkout.
    source: Option<String>,
}

/// Fails with a line for every crate that the rules do not let in.
pub fn check(workspace: &Workspace) -> Result<()> {
    let rules = fs::read_to_string(workspace.root.join("deny.toml")).context("cannot read deny.toml")?;
    let rules: Rules = toml::from_str(&rules)?;
    let metadata = capture(&mut workspace.cargo(&["metadata", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&metadata)?;
    let findings = judge(&rules, &metadata.packages);
    if findings.is_empty() {
        println!("{} crates: licences, sources and bans are as deny.toml says.", metadata.packages.len());
        return Ok(());
    }
    bail!(findings.join("\n"))
}

fn judge(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let name = format!("{} {}", package.name, package.version);
        if let Some(ban) = rules.bans.deny.iter().find(|ban| ban.name == package.name) {
            findings.push(format!("{name} is banned: {}", ban.reason));
        }
        match package.license.as_deref().or_else(|| read_by_hand(package)) {
            None => findings.push(format!("{name} names no licence")),
            Some(licence) if !is_allowed(licence, &rules.licenses.allow) => {
                findings.push(format!("{name} has the licence {licence}, which deny.toml does not allow"));
            }
            Some(_) => {}
        }
        if let Some(source) = &package.source {
            let registry = source.strip_prefix("registry+").unwrap_or(source);
            if !rules.sources.allow_registry.iter().any(|it| it == registry) {
                findings.push(format!("{name} comes from {source}"));
            }
        }
    }
    findings
}

/// The licence of a package that only ships a text, if that text is one of those that were read.
fn read_by_hand(package: &Package) -> Option<&'static str> {
    let file = package.manifest_path.parent()?.join(package.license_file.as_ref()?);
    let hash = hex::encode(Sha256::digest(fs::read(file).ok()?));
    READ_BY_HAND.iter().find(|(text, _)| *text == hash).map(|(_, licence)| *licence)
}

/// Whether an SPDX expression can be met with allowed licences: one side of an `OR`, both of an
/// `AND`. The old form `MIT/Apache-2.0` means `OR`.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest, allowed) && rest.is_empty()
}

fn either(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut result = both(words, allowed);
    while words.first() == Some(&"OR") {
        *words = &words[1..];
        result |= both(words, allowed);
    }
    result
}

fn both(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut result = one(words, allowed);
    while words.first() == Some(&"AND") {
        *words = &words[1..];
        result &= one(words, allowed);
    }
    result
}

fn one(words: &mut &[&str], allowed: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    *words = rest;
    if *first == "(" {
        let result = either(words, allowed);
        let closed = words.first() == Some(&")");
        *words = words.get(1..).unwrap_or_default();
        return result && closed;
    }
    let mut licence = (*first).to_owned();
    if let [with, exception, rest @ ..] = *words
        && *with == "WITH"
    {
        licence = format!("{licence} WITH {exception}");
        *words = rest;
    }
    allowed.contains(&licence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_side_of_or_is_enough_and_both_sides_of_and_are_needed() {
        let allowed: Vec<String> =
            ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].map(String::from).to_vec();
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND GPL-2.0", "MIT WITH X", "", "(MIT"]
        {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn a_banned_crate_a_missing_licence_and_a_foreign_source_are_each_named() {
        let rules: Rules = toml::from_str(
            r#"
            licenses.allow = ["MIT"]
            bans.deny = [{ crate = "openssl-sys", reason = "TLS is rustls" }]
            sources.allow-registry = ["https://github.com/rust-lang/crates.io-index"]
            "#,
        )
        .unwrap();
        let package = |name: &str, license: Option<&str>, source: &str| Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: license.map(str::to_owned),
            license_file: None,
            manifest_path: PathBuf::new(),
            source: Some(source.to_owned()),
        };
        let index = "registry+https://github.com/rust-lang/crates.io-index";
        let packages = [
            package("fine", Some("MIT"), index),
            package("openssl-sys", Some("MIT"), index),
            package("nameless", None, index),
            package("forked", Some("MIT"), "git+https://example.org/forked#abc"),
        ];
        assert_eq!(
            judge(&rules, &packages),
            [
                "openssl-sys 1.0.0 is banned: TLS is rustls",
                "nameless 1.0.0 names no licence",
                "forked 1.0.0 comes from git+https://example.org/forked#abc",
            ]
        );
    }

    #[test]
    fn every_crate_of_this_checkout_may_be_used() {
        check(&Workspace::find().unwrap()).unwrap();
    }
}
