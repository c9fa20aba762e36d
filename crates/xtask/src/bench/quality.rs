//! `cargo xtask bench quality`: what the drafter, the list of risks, the gate and the ears of this computer make of dialogues, measured
//! by examples of `llm` and `speech`. The public ones are beside the checkout or in `MINDSCRIBE_DATA`; what is not there is said.

use crate::{process::run, workspace::Workspace};
use anyhow::Result;

/// Prints the tables of `docs/quality.md`, and what the gate says of summaries that people have judged.
pub fn quality(workspace: &Workspace) -> Result<()> {
    for (package, example) in [("llm", "quality"), ("llm", "groundedness"), ("speech", "hearing")] {
        println!();
        run(&mut workspace.cargo(&["run", "--quiet", "--release", "-p", package, "--example", example]))?;
    }
    Ok(())
}
