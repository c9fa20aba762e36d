//! Reader for PyTorch checkpoints in the format before version 1.6, and their form as safetensors.
//!
//! Such a file is five pickles (magic number, protocol, system, the object, the storage keys) followed by
//! each storage as a 64-bit element count and 32-bit floats, in the order of the keys.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, TensorView};

use crate::pickle::{self, ReadPickleError, Value};

/// Why a checkpoint could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum ReadTorchError {
    /// The pickles could not be read.
    #[error(transparent)]
    Pickle(#[from] ReadPickleError),
    /// The checkpoint has no dictionary of that name.
    #[error("the checkpoint has no dictionary {0}")]
    NoDictionary(&'static str),
    /// A tensor is not a contiguous tensor of 32-bit floats, or its storage is missing.
    #[error("tensor {0} is not as expected")]
    Tensor(String),
    /// The result could not be written.
    #[error("safetensors: {0}")]
    Write(#[from] safetensors::SafeTensorError),
}

/// The safetensors form of the tensors in `dictionary` whose name starts with one of `keep`.
pub(crate) fn to_safetensors(
    file: &[u8],
    dictionary: &'static str,
    keep: &[&str],
) -> Result<Vec<u8>, ReadTorchError> {
    let mut rest = file;
    for _ in 0..3 {
        pickle::read(&mut rest)?;
    }
    let object = pickle::read(&mut rest)?;
    let Value::List(keys) = pickle::read(&mut rest)? else {
        return Err(ReadPickleError::Malformed.into());
    };
    let mut storages = HashMap::new();
    for key in keys {
        let Value::Text(key) = key else { return Err(ReadPickleError::Malformed.into()) };
        let elements = u64::from_le_bytes(pickle::array(&mut rest)?);
        let length = usize::try_from(elements).ok().and_then(|elements| elements.checked_mul(4));
        storages.insert(key, pickle::take(&mut rest, length.ok_or(ReadPickleError::Malformed)?)?);
    }
    let Some(Value::Dict(entries)) = object.get(dictionary) else {
        return Err(ReadTorchError::NoDictionary(dictionary));
    };
    let mut views = BTreeMap::new();
    for (name, value) in entries {
        let Value::Text(name) = name else { continue };
        if keep.iter().any(|prefix| name.starts_with(prefix)) {
            let (shape, bytes) =
                tensor(value, &storages).ok_or_else(|| ReadTorchError::Tensor(name.clone()))?;
            views.insert(name.clone(), TensorView::new(Dtype::F32, shape, bytes)?);
        }
    }
    Ok(safetensors::serialize(views, None)?)
}

/// `_rebuild_tensor_v2(storage, offset, shape, stride, …)`.
fn tensor<'file>(
    value: &Value,
    storages: &HashMap<String, &'file [u8]>,
) -> Option<(Vec<usize>, &'file [u8])> {
    let Value::Call(name, arguments) = value else { return None };
    let [Value::Persistent(reference), Value::Int(offset), Value::Tuple(shape), Value::Tuple(stride), ..] =
        &arguments[..]
    else {
        return None;
    };
    let Value::Tuple(reference) = &**reference else { return None };
    let [_, Value::Global(kind), Value::Text(key), ..] = &reference[..] else { return None };
    if name != "torch._utils _rebuild_tensor_v2" || kind != "torch FloatStorage" {
        return None;
    }
    let (shape, stride) = (sizes(shape)?, sizes(stride)?);
    let mut elements = 1_usize;
    for (side, step) in shape.iter().zip(&stride).rev() {
        if *step != elements {
            return None; // not contiguous
        }
        elements = elements.checked_mul(*side)?;
    }
    let start = usize::try_from(*offset).ok()?.checked_mul(4)?;
    let bytes = storages.get(key)?.get(start..)?.get(..elements.checked_mul(4)?)?;
    Some((shape, bytes))
}

fn sizes(values: &[Value]) -> Option<Vec<usize>> {
    values
        .iter()
        .map(|value| if let Value::Int(size) = value { usize::try_from(*size).ok() } else { None })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// torch.save({"model_state": {"a.w": tensor of shape 2 × 1}}) in the old format, by hand.
    fn checkpoint() -> Vec<u8> {
        let mut file = b"\x80\x02K\x01.\x80\x02K\x01.\x80\x02K\x01.".to_vec();
        file.extend(b"\x80\x02}X\x0b\x00\x00\x00model_state}X\x03\x00\x00\x00a.w");
        file.extend(b"ctorch._utils\n_rebuild_tensor_v2\n(");
        file.extend(
            b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x007X\x03\x00\x00\x00cpuK\x03NtQ",
        );
        file.extend(b"K\x01K\x02K\x01\x86K\x01K\x01\x86\x89tRss.");
        file.extend(b"\x80\x02](X\x01\x00\x00\x007e.");
        file.extend(3_u64.to_le_bytes());
        file.extend([1.0_f32, 2.0, 3.0].iter().flat_map(|value| value.to_le_bytes()));
        file
    }

    #[test]
    fn a_tensor_keeps_its_shape_and_values() {
        let bytes = to_safetensors(&checkpoint(), "model_state", &["a."]).expect("converts");
        let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
        let tensor = tensors.tensor("a.w").expect("the tensor");
        assert_eq!(tensor.shape(), [2, 1]);
        assert_eq!(tensor.data(), [2.0_f32.to_le_bytes(), 3.0_f32.to_le_bytes()].concat());
    }

    #[test]
    fn a_truncated_checkpoint_is_refused() {
        let file = checkpoint();
        for length in 0..file.len() {
            assert!(to_safetensors(&file[..length], "model_state", &["a."]).is_err());
        }
    }

    proptest! {
        #[test]
        fn a_flipped_byte_never_makes_the_reader_panic(at in 0_usize..140, value in any::<u8>()) {
            let mut file = checkpoint();
            file[at] = value;
            let _ = to_safetensors(&file, "model_state", &["a."]);
        }
    }
}
