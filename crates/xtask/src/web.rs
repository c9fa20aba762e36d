//! The browser app: bundled by Trunk, then compressed once, so that no server has to.

use crate::{
    process::run,
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
const SOURCES: &[&str] =
    &["web", "shared", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo/config.toml"];
/// Kinds of files worth compressing.
const COMPRESSED: &[&str] = &["wasm", "js", "css", "html", "svg", "json"];

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
    let mut trunk = trunk(workspace, "build");
    run(trunk.args(["--release", "--offline"]))?;
    compress(&dist(workspace))?;
    fs::create_dir_all(workspace.target().join("xtask"))?;
    fs::write(stamp, sources)?;
    println!(
        "The browser app is built ({} s); its first load is {} kB with brotli.",
        begun.elapsed().as_secs(),
        first_load(&dist(workspace))? / 1000
    );
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

/// Bytes of the page, the styles, the scripts and the WebAssembly, compressed with brotli.
pub fn first_load(folder: &Path) -> Result<u64> {
    let mut files = Vec::new();
    list_bundle(folder, &mut files)?;
    Ok(files.iter().filter(|it| it.extension().is_some_and(|it| it == "br")).map(|it| size_of(it)).sum())
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

        compress(folder.path()).unwrap();

        let brotli_bytes = fs::read(folder.path().join("index.html.br")).unwrap();
        assert_eq!(first_load(folder.path()).unwrap(), brotli_bytes.len() as u64);
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
