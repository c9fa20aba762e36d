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

/// How the names of the office's files begin.
const OFFICE: &str = "office-";

/// A part of the app that is loaded by itself.
#[derive(Debug, Clone, Copy)]
pub enum Room {
    /// Clients, sessions, notes.
    Charts,
    /// People and the practice.
    Office,
}

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
    bundle(workspace, "charts", &dist(workspace))?;
    let office = workspace.target().join("xtask/office");
    bundle(workspace, "office", &office)?;
    add_office(&dist(workspace), &office)?;
    compress(&dist(workspace))?;
    fs::create_dir_all(workspace.target().join("xtask"))?;
    fs::write(stamp, sources)?;
    println!(
        "The browser app is built ({} s); its first load is {} kB with brotli, that of the office {} kB.",
        begun.elapsed().as_secs(),
        first_load(&dist(workspace), Room::Charts)? / 1000,
        first_load(&dist(workspace), Room::Office)? / 1000,
    );
    Ok(())
}

/// Bundles one room of the app (`web/src/logic/rooms.rs`).
fn bundle(workspace: &Workspace, room: &str, folder: &Path) -> Result<()> {
    let mut trunk = trunk(workspace, "build");
    trunk.args(["--release", "--offline", "--no-default-features", "--features", room, "--dist"]).arg(folder);
    run(&mut trunk)?;
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        if file.extension().is_some_and(|it| it == "js") {
            shorten(workspace, &file)?;
        }
    }
    Ok(())
}

/// Trunk shortens styles and pages, and leaves the script that wasm-bindgen writes, of which a half is comments.
fn shorten(workspace: &Workspace, script: &Path) -> Result<()> {
    let mut esbuild = workspace.command("esbuild");
    esbuild.args(["--minify", "--format=esm", "--log-level=warning", "--allow-overwrite"]);
    esbuild.arg(script).arg(format!("--outfile={}", script.display()));
    run(&mut esbuild)
}

/// Puts the office's script and program beside those of the charts, and their names into the page.
fn add_office(folder: &Path, office: &Path) -> Result<()> {
    let page = fs::read_to_string(office.join("index.html"))?;
    let take = |kind: &str| -> Result<String> {
        let file = attribute(&page, &format!("data-{kind}="))?;
        let name = format!("{OFFICE}{file}");
        fs::copy(office.join(file), folder.join(&name)).with_context(|| format!("cannot copy {file}"))?;
        Ok(format!("data-office-{kind}=/{name} "))
    };
    let named = take("js")? + &take("wasm")?;
    let index = folder.join("index.html");
    let page = fs::read_to_string(&index)?;
    let (before, after) = page.split_once("data-js=").context("the page names no program")?;
    Ok(fs::write(&index, format!("{before}{named}data-js={after}"))?)
}

/// The file that an attribute of the minified page names: its quotes may be gone.
fn attribute<'a>(page: &'a str, name: &str) -> Result<&'a str> {
    let (_, rest) = page.split_once(name).with_context(|| format!("the page has no {name}"))?;
    let value = rest.split([' ', '>']).next().unwrap_or_default();
    Ok(value.trim_matches('"').trim_start_matches('/'))
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

/// Bytes of the page, the styles, and one room's script and WebAssembly, compressed with brotli.
pub fn first_load(folder: &Path, room: Room) -> Result<u64> {
    let mut files = Vec::new();
    list_bundle(folder, &mut files)?;
    let is_loaded = |file: &&PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let of_room = match room {
            Room::Charts => !name.starts_with(OFFICE),
            Room::Office => !name.starts_with("web-"),
        };
        name.ends_with(".br") && of_room
    };
    Ok(files.iter().filter(is_loaded).map(|it| size_of(it)).sum())
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
    fn the_office_stands_beside_the_charts() {
        let (charts, office) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let page = |hash: &str| {
            format!("<script data-js=/web-{hash}.js data-wasm=\"/web-{hash}_bg.wasm\" src=/boot.js>")
        };
        for (folder, hash) in [(&charts, "1a"), (&office, "2b")] {
            fs::write(folder.path().join("index.html"), page(hash)).unwrap();
            fs::write(folder.path().join(format!("web-{hash}.js")), hash).unwrap();
            fs::write(folder.path().join(format!("web-{hash}_bg.wasm")), hash).unwrap();
        }

        add_office(charts.path(), office.path()).unwrap();

        let page = fs::read_to_string(charts.path().join("index.html")).unwrap();
        assert!(
            page.contains("data-js=/web-1a.js") && page.contains("data-office-js=/office-web-2b.js "),
            "{page}"
        );
        assert_eq!(fs::read_to_string(charts.path().join("office-web-2b_bg.wasm")).unwrap(), "2b");
    }

    #[test]
    fn compressed_files_hold_what_the_plain_ones_hold() {
        let folder = tempfile::tempdir().unwrap();
        let page = "<p>calm and clear</p>".repeat(200);
        fs::write(folder.path().join("index.html"), &page).unwrap();
        fs::write(folder.path().join("font.woff2"), b"already small").unwrap();

        compress(folder.path()).unwrap();

        let brotli_bytes = fs::read(folder.path().join("index.html.br")).unwrap();
        assert_eq!(first_load(folder.path(), Room::Charts).unwrap(), brotli_bytes.len() as u64);
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
