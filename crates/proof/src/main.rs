//! `mindscribe-verify BUNDLE KEY`: whether a bundle is as the server gave it out. Needs nothing else, and no network.

use std::{fs::File, io::BufReader, process::ExitCode};

use proof::check;

const USAGE: &str = "\
usage: mindscribe-verify BUNDLE KEY

BUNDLE  a report on AI use, as MindScribe saves it (a .zip)
KEY     the server's public key (a JWK), which its operator gives you on another way: GET /api/v1/signing-key shows it

Ends with 0 if everything in the bundle is as it was given out, with 1 if something is not, and names it.";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [bundle, key] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let read =
        || Ok::<_, std::io::Error>((BufReader::new(File::open(bundle)?), std::fs::read_to_string(key)?));
    let checked = match read() {
        Ok((bundle, key)) => check(bundle, &key),
        Err(error) => {
            eprintln!("It cannot be read: {error}");
            return ExitCode::from(2);
        }
    };
    match checked {
        Err(error) => {
            println!("NOT GENUINE: {error}");
            ExitCode::FAILURE
        }
        Ok((manifest, findings)) => {
            for finding in &findings {
                println!("NOT GENUINE: {finding}");
            }
            if !findings.is_empty() {
                return ExitCode::FAILURE;
            }
            println!(
                "Genuine: a report on AI use of practice {} from {} to {}, made at {}, with {} calls.",
                manifest.practice_id, manifest.from, manifest.until, manifest.at, manifest.calls
            );
            if let Some(head) = manifest.head {
                println!("The audit trail ended then with link {} ({}).", head.number, head.mac);
            }
            ExitCode::SUCCESS
        }
    }
}
