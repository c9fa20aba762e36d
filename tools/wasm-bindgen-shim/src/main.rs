//! A stand-in for the `wasm-bindgen` command, which is long to build: it understands the options
//! that Trunk passes and hands them to the library that the real command is made of.

use std::{env, path::PathBuf, process::ExitCode};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-bindgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    // The command's own defaults, where the library's differ.
    bindgen.typescript(true).omit_default_module_path(false);
    let mut out_dir = None;
    for argument in env::args().skip(1) {
        let (option, value) = argument.split_once('=').unwrap_or((&argument, ""));
        match option {
            "--version" | "-V" => {
                println!("wasm-bindgen {}", env!("CARGO_PKG_VERSION"));
                return Ok(());
            }
            "--out-dir" => out_dir = Some(PathBuf::from(value)),
            "--out-name" => {
                bindgen.out_name(value);
            }
            "--target" if value == "web" => {
                bindgen.web(true).map_err(|error| error.to_string())?;
            }
            "--keep-debug" => {
                bindgen.keep_debug(true);
            }
            "--no-demangle" => {
                bindgen.demangle(false);
            }
            "--reference-types" => {
                bindgen.reference_types(true);
            }
            "--no-typescript" => {
                bindgen.typescript(false);
            }
            _ if option.starts_with("--") => return Err(format!("the option {argument} is not supported")),
            _ => {
                bindgen.input_path(&argument);
            }
        }
    }
    let out_dir = out_dir.ok_or("--out-dir=FOLDER is missing")?;
    bindgen.generate(out_dir).map_err(|error| format!("{error:#}"))
}
