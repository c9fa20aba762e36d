//! `cargo xtask bench quality`: what the drafter, the list of risks and the gate of this computer make of dialogues, measured
//! by examples of `llm`. The public ones are beside the checkout or in `MINDSCRIBE_DATA`; what is not there is said.

use crate::{process::run, workspace::Workspace};
use anyhow::Result;

/// Prints the table of `docs/quality.md`, and then what the gate says of summaries that people have judged.
pub fn quality(workspace: &Workspace) -> Result<()> {
    for example in ["quality", "groundedness"] {
        println!();
        run(&mut workspace.cargo(&["run", "--quiet", "--release", "-p", "llm", "--example", example]))?;
    }
    Ok(())
}
