//! Speeds of one core, measured inside the crates by their own examples.

use super::{Figure, Target};
use crate::{process::capture, setup::models_folder, workspace::Workspace};
use anyhow::{Context, Result, bail};
use std::{env, fs, path::PathBuf};

/// Encrypting and decrypting a stream in chunks of 64 KiB.
pub fn streams(workspace: &Workspace) -> Result<Vec<Figure>> {
    let output = capture(&mut workspace.cargo(&[
        "run",
        "--quiet",
        "--release",
        "-p",
        "crypto",
        "--example",
        "throughput",
    ]))?;
    let line = output.lines().find(|line| line.contains("64 KiB")).context("no line for chunks of 64 KiB")?;
    let limit = openssl(workspace).map_or_else(String::new, |it| format!("openssl {it:.1} GB/s"));
    ["seal", "open"]
        .iter()
        .map(|verb| {
            Ok(Figure {
                what: format!("stream, {verb}, GB/s of one core"),
                measured: number_after(line, verb)?,
                goal: Target::AtLeast(1.8),
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

/// One thread with the default model on the recordings of a folder: `MINDSCRIBE_AUDIO`, or
/// `../shared/data/audio`. They have to be WAV, 16-bit, mono, 16 kHz.
pub fn transcription(workspace: &Workspace) -> Result<Vec<Figure>> {
    let folder = env::var_os("MINDSCRIBE_AUDIO")
        .map_or_else(|| workspace.root.join("../shared/data/audio"), PathBuf::from);
    let files: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| format!("there are no recordings in {}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "wav"))
        .collect();
    if files.is_empty() {
        bail!("there is no .wav in {}", folder.display());
    }
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
fn number_after(line: &str, word: &str) -> Result<f64> {
    let (_, rest) = line.split_once(word).with_context(|| format!("no {word} in: {line}"))?;
    let number: String =
        rest.trim_start().chars().take_while(|it| it.is_ascii_digit() || *it == '.').collect();
    number.parse().with_context(|| format!("no number after {word} in: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_a_line_of_figures() {
        let line = "chunks of   64 KiB: seal 2.05 GB/s, open 1.98 GB/s";
        assert!((number_after(line, "seal").unwrap() - 2.05).abs() < 1e-9);
        assert!((number_after(line, "open").unwrap() - 1.98).abs() < 1e-9);
        assert!(number_after(line, "copy").is_err());
    }
}
