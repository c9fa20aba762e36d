//! Looks whether what the documents link to inside this checkout is there.

use crate::workspace::{Workspace, list_files};
use anyhow::{Result, bail};
use std::{fs, path::Path};

/// Fails with a line for every broken link in a Markdown file.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut files = Vec::new();
    list_files(&workspace.root, &mut files)?;
    files.retain(|file| file.extension().is_some_and(|it| it == "md"));
    let mut broken = Vec::new();
    let mut count = 0;
    for file in &files {
        let folder = file.parent().unwrap_or(&workspace.root);
        for link in links(&fs::read_to_string(file)?) {
            count += 1;
            if !is_there(folder, &workspace.root, &link) {
                broken.push(format!("{} links to {link}, which is not there", workspace.shown(file)));
            }
        }
    }
    if broken.is_empty() {
        println!("{count} links in {} documents lead somewhere.", files.len());
        return Ok(());
    }
    bail!(broken.join("\n"))
}

/// The targets of `[text](target)` and `![text](target)` outside code, those to other sites left out.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        // Every second piece between back-ticks is code.
        for prose in line.split('`').step_by(2) {
            for part in prose.split("](").skip(1) {
                let target = part.split([')', ' ']).next().unwrap_or_default();
                if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                    found.push(target.to_owned());
                }
            }
        }
    }
    found
}

fn is_there(folder: &Path, root: &Path, link: &str) -> bool {
    let path = link.split('#').next().unwrap_or_default();
    match path.strip_prefix('/') {
        _ if path.is_empty() => true,
        Some(from_root) => root.join(from_root).exists(),
        None => folder.join(path).exists(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_prose_are_found_and_those_in_code_are_not() {
        let text = "See [one](docs/one.md#part) and ![two](two.png \"title\").\n\
                    [site](https://example.org) `[no](no.md)`\n```\n[no](no.md)\n```\n[three](#here)";
        assert_eq!(links(text), ["docs/one.md#part", "two.png", "#here"]);
    }

    #[test]
    fn a_link_to_a_missing_file_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one.md"), "").unwrap();
        assert!(is_there(folder.path(), folder.path(), "one.md#part"));
        assert!(is_there(folder.path(), folder.path(), "/one.md"));
        assert!(!is_there(folder.path(), folder.path(), "two.md"));
    }
}
