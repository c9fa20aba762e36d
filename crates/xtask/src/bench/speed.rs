//! Speeds of one core, measured inside the crates by their own examples.

use super::{Figure, Target};
use crate::{process::capture, setup::models_folder, workspace::Workspace};
use anyhow::{Context, Result, bail};
use std::{env, fs, path::PathBuf, process::Command};

/// Encrypting and decrypting a stream in chunks of 64 KiB, with no compiler flags.
pub fn streams(workspace: &Workspace) -> Result<Vec<Figure>> {
    throughput(workspace, &mut workspace.cargo(&THROUGHPUT), "", 1.8)
}

/// The same as `Dockerfile.api` compiles the release image.
pub fn streams_of_the_image(workspace: &Workspace) -> Result<Vec<Figure>> {
    let recipe = fs::read_to_string(workspace.root.join("Dockerfile.api"))?;
    let flags = image_flags(&recipe).context("Dockerfile.api names no RELEASE_FLAGS")?;
    let mut cargo = workspace.cargo(&THROUGHPUT);
    // A folder of its own, because the flags change every crate.
    cargo.arg("--target-dir").arg(workspace.target().join("release-image"));
    cargo.env("RUSTFLAGS", flags);
    throughput(workspace, &mut cargo, ", release image", 3.0)
}

/// The compiler's flags in a Dockerfile.
fn image_flags(recipe: &str) -> Option<&str> {
    recipe.lines().find_map(|line| line.strip_prefix("ARG RELEASE_FLAGS=\"")?.strip_suffix('"'))
}

const THROUGHPUT: [&str; 7] = ["run", "--quiet", "--release", "-p", "crypto", "--example", "throughput"];

fn throughput(workspace: &Workspace, run: &mut Command, as_built: &str, goal: f64) -> Result<Vec<Figure>> {
    let output = capture(run)?;
    let line = output.lines().find(|line| line.contains("64 KiB")).context("no line for chunks of 64 KiB")?;
    let limit = openssl(workspace).map_or_else(String::new, |it| format!("openssl {it:.1} GB/s"));
    ["seal", "open"]
        .iter()
        .map(|verb| {
            Ok(Figure {
                what: format!("stream, {verb}, GB/s of one core{as_built}"),
                measured: number_after(line, verb)?,
                goal: Target::AtLeast(goal),
                limit: limit.clone(),
            })
        })
        .collect()
}

/// What openssl reaches here with the same cipher, in GB/s.
fn openssl(workspace: &Workspace) -> Option<f64> {
    let arguments = ["speed", "-elapsed", "-seconds", "1", "-bytes", "65536", "-evp", "aes-256-gcm"];
    let output = capture(workspace.command("openssl").args(arguments)).ok()?;
    let last = output.lines().last()?.split_whitespace().last()?;
    Some(last.trim_end_matches('k').parse::<f64>().ok()? / 1e6)
}

/// The real recordings of a folder: `MINDSCRIBE_AUDIO`, or `../shared/data/audio`. They have to be
/// WAV, 16-bit, mono, 16 kHz.
pub fn recordings(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let folder = env::var_os("MINDSCRIBE_AUDIO")
        .map_or_else(|| workspace.root.join("../shared/data/audio"), PathBuf::from);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| format!("there are no recordings in {}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "wav"))
        .collect();
    if files.is_empty() {
        bail!("there is no .wav in {}", folder.display());
    }
    files.sort();
    Ok(files)
}

/// One thread with the default model on the real recordings.
pub fn transcription(workspace: &Workspace) -> Result<Vec<Figure>> {
    let files = recordings(workspace)?;
    let mut figures = Vec::new();
    for file in files {
        let mut cargo = workspace.cargo(&[
            "run",
            "--quiet",
            "--release",
            "-p",
            "speech",
            "--example",
            "transcribe",
            "--",
        ]);
        let output = capture(cargo.arg(&file).env("MINDSCRIBE_MODELS", models_folder(workspace)))?;
        let line = output.lines().find(|line| line.contains("CPU seconds")).context("no line of costs")?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let cost = number_after(line, "text")?;
        figures.push(Figure {
            what: format!("CPU s per s of sound, {name}"),
            measured: cost,
            goal: Target::AtMost(0.25),
            limit: format!("50 minutes in {:.1} CPU minutes", cost * 50.0),
        });
        figures.push(Figure {
            what: format!("highest memory, MB, {name}"),
            measured: number_after(line, "highest memory")?,
            goal: Target::AtMost(450.0),
            limit: String::new(),
        });
    }
    Ok(figures)
}

/// The number that follows a word in a line.
pub(super) fn number_after(line: &str, word: &str) -> Result<f64> {
    let (_, rest) = line.split_once(word).with_context(|| format!("no {word} in: {line}"))?;
    let number: String =
        rest.trim_start().chars().take_while(|it| it.is_ascii_digit() || *it == '.').collect();
    number.parse().with_context(|| format!("no number after {word} in: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_measured_as_it_is_built() {
        assert_eq!(image_flags("FROM rust\nARG RELEASE_FLAGS=\"-C x\"\n"), Some("-C x"));
        assert_eq!(image_flags("FROM debian"), None);
    }

    #[test]
    fn numbers_are_read_from_a_line_of_figures() {
        let line = "chunks of   64 KiB: seal 2.05 GB/s, open 1.98 GB/s";
        assert!((number_after(line, "seal").unwrap() - 2.05).abs() < 1e-9);
        assert!((number_after(line, "open").unwrap() - 1.98).abs() < 1e-9);
        assert!(number_after(line, "copy").is_err());
    }
}
