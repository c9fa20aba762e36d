//! Reads the ECS task definitions and compares them with what the deployment relies on.

use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{collections::BTreeSet, fs};

/// Every definition that has to be there.
const EXPECTED: &[&str] = &["api-migrate", "api-serve", "api-work", "web"];
/// Words in a variable's name that say it is a secret: those come from the secret store, never as
/// plain text in a definition.
const SECRET_WORDS: &[&str] = &["SECRET", "PASSWORD", "KEY", "TOKEN", "DATABASE_URL"];

/// Fails with a line for everything that is wrong.
pub fn check(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("deploy/ecs");
    let mut names = BTreeSet::new();
    let mut findings = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "json") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let definition =
                serde_json::from_slice(&fs::read(&path)?).with_context(|| format!("{name}.json"))?;
            findings.extend(judge(&definition).into_iter().map(|it| format!("{name}.json: {it}")));
            names.insert(name);
        }
    }
    for name in EXPECTED {
        if !names.contains(*name) {
            findings.push(format!("{name}.json is missing"));
        }
    }
    if findings.is_empty() {
        println!("{} task definitions are complete.", names.len());
        return Ok(());
    }
    bail!(findings.join("\n"))
}

fn judge(definition: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    for field in ["family", "cpu", "memory", "executionRoleArn", "taskRoleArn"] {
        if definition[field].as_str().is_none_or(str::is_empty) {
            findings.push(format!("{field} is missing"));
        }
    }
    if definition["networkMode"] != "awsvpc" || definition["requiresCompatibilities"][0] != "FARGATE" {
        findings.push("it is no Fargate task in awsvpc mode".to_owned());
    }
    let Some(containers) = definition["containerDefinitions"].as_array().filter(|it| !it.is_empty()) else {
        findings.push("it has no container".to_owned());
        return findings;
    };
    for container in containers {
        findings.extend(judge_container(container));
    }
    findings
}

fn judge_container(container: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    for field in ["name", "image", "user"] {
        if container[field].as_str().is_none_or(str::is_empty) {
            findings.push(format!("{field} is missing in a container"));
        }
    }
    if container["logConfiguration"]["logDriver"] != "awslogs" {
        findings.push("a container does not log to awslogs".to_owned());
    }
    if container["readonlyRootFilesystem"] != true {
        findings.push("a container may write to its root file system".to_owned());
    }
    let serves = container["portMappings"].as_array().is_some_and(|it| !it.is_empty());
    if serves && container["healthCheck"]["command"][0].as_str().is_none() {
        findings.push("a container that serves has no health check".to_owned());
    }
    let none = Vec::new();
    for variable in container["environment"].as_array().unwrap_or(&none) {
        let name = variable["name"].as_str().unwrap_or_default();
        if SECRET_WORDS.iter().any(|word| name.contains(word)) {
            findings.push(format!("{name} stands in plain text"));
        }
    }
    for secret in container["secrets"].as_array().unwrap_or(&none) {
        if secret["valueFrom"].as_str().is_none_or(|it| !it.starts_with("arn:aws:secretsmanager:")) {
            findings.push(format!("{} does not come from Secrets Manager", secret["name"]));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_in_plain_text_and_a_missing_health_check_are_found() {
        let container = json!({
            "name": "api", "image": "mindscribe-api", "user": "10001", "readonlyRootFilesystem": true,
            "logConfiguration": { "logDriver": "awslogs" },
            "portMappings": [{ "containerPort": 3001 }],
            "environment": [{ "name": "JWT_SECRET", "value": "x" }, { "name": "PORT", "value": "3001" }],
        });
        assert_eq!(
            judge_container(&container),
            ["a container that serves has no health check", "JWT_SECRET stands in plain text"]
        );
    }

    #[test]
    fn the_task_definitions_of_this_checkout_are_complete() {
        check(&Workspace::find().unwrap()).unwrap();
    }
}
