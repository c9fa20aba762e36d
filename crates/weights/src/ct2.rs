//! Reader for the CTranslate2 binary model format, version 6 (`model.bin`).
//!
//! Layout, little-endian: version, specification name, its revision, variables, aliases. A string is a
//! 16-bit length that counts the closing NUL. Nothing is copied but names; tensors borrow the file.

use std::collections::BTreeMap;

/// Why a file is not a model of this format.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadCt2Error {
    /// The file ends inside a field.
    #[error("the CTranslate2 file ends early")]
    Truncated,
    /// Another version of the format.
    #[error("CTranslate2 format version {0}, expected 6")]
    Version(u32),
    /// A name is not UTF-8.
    #[error("a name in the CTranslate2 file is not text")]
    Name,
    /// A tensor's length does not follow from its shape.
    #[error("tensor {0} has a length that does not fit its shape")]
    Shape(String),
}

/// Element type of a tensor, as far as Whisper models use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// 16-bit float.
    F16,
    /// Anything else (counts, flags).
    Other(u8),
}

/// A tensor whose bytes lie in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tensor<'file> {
    pub(crate) shape: Vec<usize>,
    pub(crate) element: Element,
    pub(crate) bytes: &'file [u8],
}

/// All tensors by name.
pub(crate) type Tensors<'file> = BTreeMap<String, Tensor<'file>>;

/// Reads the tensors of a model file.
pub(crate) fn read(file: &[u8]) -> Result<Tensors<'_>, ReadCt2Error> {
    let mut rest = file;
    let version = u32(&mut rest)?;
    if version != 6 {
        return Err(ReadCt2Error::Version(version));
    }
    string(&mut rest)?; // name of the specification
    u32(&mut rest)?; // its revision
    let count = u32(&mut rest)?;
    let mut tensors = Tensors::new();
    for _ in 0..count {
        let name = string(&mut rest)?;
        let [rank] = take_array(&mut rest)?;
        let shape =
            (0..rank).map(|_| Ok(u32(&mut rest)? as usize)).collect::<Result<Vec<_>, ReadCt2Error>>()?;
        let [kind] = take_array(&mut rest)?;
        let length = u32(&mut rest)? as usize;
        let bytes = take(&mut rest, length)?;
        let width = match kind {
            0 | 3 => 4,
            1 => 1,
            _ => 2,
        };
        let elements = shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side));
        if elements.and_then(|elements| elements.checked_mul(width)) != Some(length) {
            return Err(ReadCt2Error::Shape(name));
        }
        let element = if kind == 4 { Element::F16 } else { Element::Other(kind) };
        tensors.insert(name, Tensor { shape, element, bytes });
    }
    // Aliases follow; the output projection shares the embedding, which whisper.cpp knows by itself.
    Ok(tensors)
}

fn take<'file>(rest: &mut &'file [u8], length: usize) -> Result<&'file [u8], ReadCt2Error> {
    let (head, tail) = rest.split_at_checked(length).ok_or(ReadCt2Error::Truncated)?;
    *rest = tail;
    Ok(head)
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], ReadCt2Error> {
    let (head, tail) = rest.split_first_chunk().ok_or(ReadCt2Error::Truncated)?;
    *rest = tail;
    Ok(*head)
}

fn u32(rest: &mut &[u8]) -> Result<u32, ReadCt2Error> {
    take_array(rest).map(u32::from_le_bytes)
}

fn string(rest: &mut &[u8]) -> Result<String, ReadCt2Error> {
    let length = u16::from_le_bytes(take_array(rest)?);
    let bytes = take(rest, usize::from(length))?;
    let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    String::from_utf8(text.to_vec()).map_err(|_error| ReadCt2Error::Name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn small_file() -> Vec<u8> {
        let mut file = 6_u32.to_le_bytes().to_vec();
        let string = |file: &mut Vec<u8>, text: &str| {
            file.extend((text.len() as u16 + 1).to_le_bytes());
            file.extend(text.as_bytes());
            file.push(0);
        };
        string(&mut file, "WhisperSpec");
        file.extend(3_u32.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        string(&mut file, "a/weight");
        file.push(2);
        file.extend(2_u32.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        file.push(4);
        file.extend(4_u32.to_le_bytes());
        file.extend([1, 2, 3, 4]);
        file.extend(0_u32.to_le_bytes());
        file
    }

    #[test]
    fn tensors_are_found_by_name() {
        let file = small_file();
        let tensors = read(&file).expect("a valid file");
        assert_eq!(tensors["a/weight"].shape, [2, 1]);
        assert_eq!(tensors["a/weight"].bytes, [1, 2, 3, 4]);
    }

    #[test]
    fn a_truncated_file_is_refused() {
        let file = small_file();
        for length in 0..file.len() - 4 {
            assert_eq!(read(&file[..length]), Err(ReadCt2Error::Truncated));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            bytes.splice(0..0, small_file()[..20].iter().copied());
            let _ = read(&bytes);
        }
    }
}
