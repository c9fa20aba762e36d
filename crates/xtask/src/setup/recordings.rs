//! A real conversation by telephone, whose words are known: 30 seconds of two speakers that
//! pyannote.audio (MIT) brings along as its sample.

use super::python;
use crate::{process::capture, workspace::Workspace};
use anyhow::{Context, Result};
use std::{fs, path::PathBuf};

const PACKAGE: &str = "pyannote.audio==4.0.7";

/// The recording and its words, line by line; downloaded when they are not there.
pub fn telephone(workspace: &Workspace) -> Result<(PathBuf, String)> {
    let folder = workspace.tools.join("recordings");
    let sample = folder.join("pyannote/audio/sample");
    if !sample.join("sample.stm").is_file() {
        python::download(workspace, &[PACKAGE.to_owned()], &folder)?;
        let wheel = fs::read_dir(&folder)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|it| it == "whl"))
            .context("no wheel was downloaded")?;
        capture(workspace.command("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&folder))?;
        fs::remove_file(wheel)?;
    }
    // A line is: file, channel, speaker, start, end, words.
    let lines = fs::read_to_string(sample.join("sample.stm"))?;
    let words = lines.lines().map(|line| line.splitn(6, ' ').nth(5).unwrap_or_default());
    Ok((sample.join("sample.wav"), words.collect::<Vec<_>>().join(" ")))
}
