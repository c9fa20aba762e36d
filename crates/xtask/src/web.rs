//! The browser app: bundled by Trunk, then compressed once, so that no server has to.

use crate::{
    process::{capture, run},
    setup::{Goal, set_up},
    workspace::{Workspace, digest, list_files, size_of},
};
use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

/// What the bundle is made from.
const SOURCES: &[&str] = &[
    "web",
    "shared",
    "tools/wasm-bindgen-shim",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo/config.toml",
];
/// Kinds of files worth compressing.
const COMPRESSED: &[&str] = &["wasm", "js", "css", "html", "svg", "json"];

/// How the names of folders begin with what is loaded when it is needed (`tools/wasm-bindgen-shim`).
const PARTS: &str = "parts-";

/// Where the bundle is.
pub fn dist(workspace: &Workspace) -> PathBuf {
    workspace.root.join("web/dist")
}

/// Makes the release bundle, unless the one that is there was made from the same sources.
pub fn build(workspace: &Workspace) -> Result<()> {
    set_up(workspace, Goal::Web)?;
    let stamp = workspace.target().join("xtask/web.stamp");
    let sources = digest(&workspace.root, SOURCES)?;
    if dist(workspace).join("index.html").is_file()
        && fs::read_to_string(&stamp).is_ok_and(|it| it == sources)
    {
        println!("The browser app is up to date.");
        return Ok(());
    }
    let begun = Instant::now();
    println!("Building the browser app.");
    fetch(workspace)?;
    run(trunk(workspace, "build").args(["--release", "--offline"]))?;
    shorten(workspace, &dist(workspace))?;
    compress(&dist(workspace))?;
    fs::create_dir_all(workspace.target().join("xtask"))?;
    fs::write(stamp, sources)?;
    let load = load(&dist(workspace))?;
    println!(
        "The browser app is built ({} s): {} kB with brotli are loaded first, {} kB when they are needed.",
        begun.elapsed().as_secs(),
        load.first / 1000,
        load.later / 1000,
    );
    Ok(())
}

/// Trunk shortens styles, pages and the program, and leaves scripts, and what was cut off the program.
fn shorten(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut files = Vec::new();
    list_bundle(folder, &mut files)?;
    for file in files {
        let kind = file.extension().unwrap_or_default();
        if kind == "js" {
            let mut esbuild = workspace.command("esbuild");
            esbuild.args(["--minify", "--format=esm", "--log-level=warning", "--allow-overwrite"]);
            // wasm-bindgen names the loader once for each part.
            esbuild.arg("--log-override:duplicate-object-key=silent");
            run(esbuild.arg(&file).arg(format!("--outfile={}", file.display())))?;
        } else if kind == "wasm" && is_part(&file) {
            // As `web/index.html` has it for the first part.
            let mut optimise = workspace.command("wasm-opt");
            // Kept for failures: it warns of names that it does not know.
            capture(optimise.arg("-O1").arg(&file).arg("-o").arg(&file))?;
        }
    }
    Ok(())
}

/// Trunk may not look for tools in the network, and says the same to cargo: so the sources of the
/// crates are fetched before.
pub fn fetch(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&["fetch", "--quiet"]))
}

/// A Trunk command, in `web`.
pub fn trunk(workspace: &Workspace, verb: &str) -> std::process::Command {
    let mut trunk = workspace.command("trunk");
    // Trunk reads NO_COLOR as a boolean and refuses the customary "1".
    trunk.current_dir(workspace.root.join("web")).env_remove("NO_COLOR").args([verb, "--skip-version-check"]);
    trunk
}

/// What the app weighs.
#[derive(Debug, PartialEq, Eq)]
pub struct Load {
    /// Bytes of the page, the styles, the scripts and the first part of the program, compressed with brotli.
    pub first: u64,
    /// Bytes of the other parts.
    pub later: u64,
}

/// Weighs the bundle.
pub fn load(folder: &Path) -> Result<Load> {
    let mut files = Vec::new();
    list_bundle(folder, &mut files)?;
    let mut load = Load { first: 0, later: 0 };
    for file in files.iter().filter(|file| file.extension().is_some_and(|it| it == "br")) {
        let is_later = is_part(file) && file.to_string_lossy().ends_with(".wasm.br");
        *(if is_later { &mut load.later } else { &mut load.first }) += size_of(file);
    }
    Ok(load)
}

fn is_part(file: &Path) -> bool {
    file.components().any(|folder| folder.as_os_str().to_string_lossy().starts_with(PARTS))
}

/// Puts a `.gz` and a `.br` beside every file that gains from it.
pub fn compress(folder: &Path) -> Result<()> {
    let mut files = Vec::new();
    list_bundle(folder, &mut files)?;
    for file in files {
        if !file.extension().is_some_and(|it| COMPRESSED.iter().any(|kind| it == *kind)) {
            continue;
        }
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes)?;
        fs::write(with_suffix(&file, "gz"), gzip.finish()?)?;
        let mut brotli = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut brotli, &parameters)?;
        fs::write(with_suffix(&file, "br"), brotli)?;
    }
    Ok(())
}

fn list_bundle(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        list_files(&entry?.path(), files)?;
    }
    Ok(())
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn compressed_files_hold_what_the_plain_ones_hold() {
        let folder = tempfile::tempdir().unwrap();
        let page = "<p>calm and clear</p>".repeat(200);
        fs::write(folder.path().join("index.html"), &page).unwrap();
        fs::write(folder.path().join("font.woff2"), b"already small").unwrap();
        fs::create_dir_all(folder.path().join("snippets/parts-1f")).unwrap();
        fs::write(folder.path().join("snippets/parts-1f/a.wasm"), b"a part").unwrap();

        compress(folder.path()).unwrap();

        let brotli_bytes = fs::read(folder.path().join("index.html.br")).unwrap();
        let later = fs::metadata(folder.path().join("snippets/parts-1f/a.wasm.br")).unwrap().len();
        assert_eq!(load(folder.path()).unwrap(), Load { first: brotli_bytes.len() as u64, later });
        let mut text = String::new();
        brotli::Decompressor::new(brotli_bytes.as_slice(), 4096).read_to_string(&mut text).unwrap();
        assert_eq!(text, page);
        let gzip_bytes = fs::read(folder.path().join("index.html.gz")).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(gzip_bytes.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!(text, page);
        assert!(!folder.path().join("font.woff2.br").exists());
    }
}
