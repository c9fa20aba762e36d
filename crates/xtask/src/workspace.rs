//! Where things are, and the environment that every program started from here gets.

use anyhow::{Context, Result};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The checkout and its folder of tools.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder of the top `Cargo.toml`.
    pub root: PathBuf,
    /// Tools and models: `.tools`, or the folder that `MINDSCRIBE_TOOLS` names, so that several
    /// checkouts can share one.
    pub tools: PathBuf,
}

impl Workspace {
    /// Finds the checkout that this program was built from, or the one it is called in.
    pub fn find() -> Result<Self> {
        let from = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir()?,
        };
        let root = from
            .ancestors()
            .find(|folder| folder.join("crates/xtask/Cargo.toml").is_file())
            .context("call this inside a MindScribe checkout")?
            .to_path_buf();
        let tools = env::var_os("MINDSCRIBE_TOOLS").map_or_else(|| root.join(".tools"), PathBuf::from);
        fs::create_dir_all(&tools).with_context(|| format!("cannot create {}", tools.display()))?;
        Ok(Self { tools: tools.canonicalize()?, root })
    }

    /// The folder that cargo builds into.
    pub fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |folder| self.root.join(folder))
    }

    /// A command with the project's tools on its `PATH`, run in the root folder.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("PATH", self.path())
            .env("npm_config_cache", self.tools.join("cache/npm"))
            .env("PIP_CACHE_DIR", self.tools.join("cache/pip"));
        // What `cargo run` tells this program is not for the programs it starts: build scripts
        // that watch these variables would run again each time.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
                .iter()
                .any(|it| name.starts_with(it))
            {
                command.env_remove(&*name);
            }
        }
        command
    }

    /// `cargo` with the pinned toolchain.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments);
        if env::var_os("CI").is_some() {
            command.env("CARGO_TERM_PROGRESS_WHEN", "never");
        }
        command
    }

    /// The first program of that name on the `PATH` that [`Workspace::command`] sets.
    pub fn find_program(&self, name: &str) -> Option<PathBuf> {
        env::split_paths(&self.path()).map(|folder| folder.join(name)).find(|it| it.is_file())
    }

    /// Pinned tools first (Debian's own wasm-opt makes bundles that do not start), the Python
    /// environment last, because it also holds a `python3` and a `pip`.
    fn path(&self) -> std::ffi::OsString {
        let mut folders = vec![
            self.root.join("web/node_modules/.bin"),
            self.tools.join("bin"),
            self.tools.join("trunk/bin"),
        ];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        folders.extend(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from));
        folders.push(self.tools.join("py/bin"));
        env::join_paths(folders).unwrap_or_default()
    }

    /// What was noted under `name` when a tool was installed.
    pub fn stamp(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.tools.join("stamps").join(name)).ok()
    }

    /// Notes `version` under `name`.
    pub fn write_stamp(&self, name: &str, version: &str) -> Result<()> {
        let folder = self.tools.join("stamps");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), version).with_context(|| format!("cannot write the stamp {name}"))
    }

    /// A log file for a program's output.
    pub fn log(&self, name: &str) -> Result<PathBuf> {
        let folder = self.tools.join("log");
        fs::create_dir_all(&folder)?;
        Ok(folder.join(format!("{name}.log")))
    }

    /// `path` as seen from the root folder, for messages.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// SHA-256 over the names and contents of all files under `paths`, in a fixed order. Folders that
/// builds write into are left out.
pub fn digest(root: &Path, paths: &[&str]) -> Result<String> {
    use sha2::{Digest, Sha256};
    let mut files = Vec::new();
    for path in paths {
        list_files(&root.join(path), &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        let bytes = fs::read(&file)?;
        hasher.update(file.strip_prefix(root).unwrap_or(&file).as_os_str().as_encoded_bytes());
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(&bytes);
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Adds every file under `path`, links not followed.
pub fn list_files(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let kind = fs::symlink_metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if kind.is_file() {
        found.push(path.to_path_buf());
    } else if kind.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if !["dist", "node_modules", "target", ".git", ".tools"].iter().any(|it| entry.file_name() == *it)
            {
                list_files(&entry.path(), found)?;
            }
        }
    }
    Ok(())
}

/// Bytes below a folder or of a file; 0 when it is not there.
pub fn size_of(path: &Path) -> u64 {
    let Ok(kind) = fs::symlink_metadata(path) else { return 0 };
    if kind.is_dir() {
        fs::read_dir(path).map_or(0, |entries| entries.flatten().map(|entry| size_of(&entry.path())).sum())
    } else {
        kind.len()
    }
}
