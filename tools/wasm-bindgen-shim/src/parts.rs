//! Cutting off what is loaded later, by the relocations that the linker has kept.

use sha2::{Digest, Sha256};
use std::{
    fmt::Display,
    fs,
    path::{Path, PathBuf},
};
use wasm_split_cli_support::{Options, transform};

/// How the name of their folder begins.
const PARTS: &str = "parts-";
/// The script that loads the parts.
const LOADER: &str = "load.js";
/// How the first part names it, before it is known where it will be.
const LINK: &str = "./load.js";
/// What it begins with: it asks the app's own script, whose name will have a hash, for what the app exports.
const ASKS: &str = r#"import { initSync } from "./main.js";"#;
/// Here the app's script tells instead.
const IS_TOLD: &str = "let initSync; export const from = (app) => { initSync = app; };";

/// What was cut.
pub struct Parts {
    /// What is loaded first, for wasm-bindgen.
    pub main: PathBuf,
    /// Where the loader is, as the app's own script names it.
    loader: String,
}

/// Cuts `input` into the first part and the others, which are put below `out_dir` where Trunk takes scripts and
/// whatever is with them along.
pub fn cut_off(input: &Path, out_dir: &Path) -> Result<Parts, String> {
    let wasm = fs::read(input).map_err(failed(input))?;
    let hash: String = Sha256::digest(&wasm).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let scripts = out_dir.join("snippets");
    remove_old(&scripts)?;
    let folder = scripts.join(format!("{PARTS}{hash}"));
    let loader = format!("./snippets/{PARTS}{hash}/{LOADER}");
    let main = input.with_extension("first.wasm");
    let mut options = Options::new(&wasm);
    options.output_dir = &folder;
    options.main_out_path = &main;
    options.link_name = LINK;
    transform(options).map_err(|error| format!("{error:#}"))?;
    let script = folder.join(LOADER);
    let text = fs::read_to_string(&script).map_err(failed(&script))?;
    if !text.contains(ASKS) {
        return Err(format!("{} does not begin as expected", script.display()));
    }
    fs::write(&script, text.replace(ASKS, IS_TOLD)).map_err(failed(&script))?;
    Ok(Parts { main, loader })
}

/// Trunk takes along whatever lies there, and uses the folder again.
fn remove_old(scripts: &Path) -> Result<(), String> {
    let Ok(entries) = fs::read_dir(scripts) else { return Ok(()) };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PARTS)) {
        fs::remove_dir_all(entry.path()).map_err(failed(&entry.path()))?;
    }
    Ok(())
}

impl Parts {
    /// Lets the app's own script name the loader, and tell it what the app exports.
    pub fn join_to(&self, script: &Path) -> Result<(), String> {
        let text = fs::read_to_string(script).map_err(failed(script))?;
        let text = text.replace(&format!("from \"{LINK}\""), &format!("from \"{}\"", self.loader));
        let told = format!("import {{ from }} from \"{}\";\nfrom(initSync);\n", self.loader);
        fs::write(script, text + &told).map_err(failed(script))
    }
}

fn failed<E: Display>(file: &Path) -> impl FnOnce(E) -> String {
    let file = file.display().to_string();
    move |error| format!("{file}: {error}")
}
