//! A stand-in for the `wasm-bindgen` command, which is long to build: it understands the options
//! that Trunk passes and hands them to the library that the real command is made of. Before that it cuts off
//! the parts of the app that are loaded when they are needed, which Trunk does not know about.

mod parts;

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
    let mut out_name = None;
    let mut input = None;
    for argument in env::args().skip(1) {
        let (option, value) = argument.split_once('=').unwrap_or((&argument, ""));
        match option {
            "--version" | "-V" => {
                println!("wasm-bindgen {}", env!("CARGO_PKG_VERSION"));
                return Ok(());
            }
            "--out-dir" => out_dir = Some(PathBuf::from(value)),
            "--out-name" => out_name = Some(value.to_owned()),
            "--target" if value == "web" => {
                bindgen.web(true).map_err(|error| error.to_string())?;
            }
            "--keep-debug" => {
                bindgen.keep_debug(true);
            }
            "--no-demangle" => {
                bindgen.demangle(false);
            }
            // Found out from the program itself.
            "--reference-types" => {}
            "--no-typescript" => {
                bindgen.typescript(false);
            }
            _ if option.starts_with("--") => return Err(format!("the option {argument} is not supported")),
            _ => input = Some(PathBuf::from(&argument)),
        }
    }
    let out_dir = out_dir.ok_or("--out-dir=FOLDER is missing")?;
    let out_name = out_name.ok_or("--out-name=NAME is missing")?;
    let input = input.ok_or("the file to read is missing")?;
    let parts = parts::cut_off(&input, &out_dir)?;
    bindgen.input_path(&parts.main).out_name(&out_name).keep_lld_exports(true);
    bindgen.generate(&out_dir).map_err(|error| format!("{error:#}"))?;
    parts.join_to(&out_dir.join(format!("{out_name}.js")))
}
