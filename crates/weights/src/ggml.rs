//! Writer for whisper.cpp model files: Whisper weights of CTranslate2 become `q8_0` blocks.
//!
//! `q8_0` stores 32 weights as a 16-bit scale (largest magnitude / 127) and 32 signed bytes. Matrices are
//! quantised; convolutions stay 16-bit; vectors and position tables become 32-bit, as whisper.cpp expects.

use std::collections::BTreeMap;
use std::collections::HashSet;

use serde_json::Value;

use crate::ct2::{Element, Tensor, Tensors};
use crate::{half, mel};

/// Why weights could not be converted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WriteGgmlError {
    /// The model has no tensor of this name, or one of another shape or element type.
    #[error("tensor {0} is missing or not as expected")]
    Tensor(String),
    /// The tokenizer description is not usable.
    #[error("the tokenizer description is not as expected: {0}")]
    Tokenizer(&'static str),
}

const MAGIC: i32 = 0x6767_6d6c;
/// Quantisation format version 2, type `q8_0`.
const FILE_TYPE: i32 = 2007;
const TYPE_F32: i32 = 0;
const TYPE_F16: i32 = 1;
const TYPE_Q8_0: i32 = 8;

/// The bytes of the model file.
pub(crate) fn write(tensors: &Tensors<'_>, tokenizer: &[u8]) -> Result<Vec<u8>, WriteGgmlError> {
    let tokens = tokens(tokenizer)?;
    let convolution = f16(tensors, "encoder/conv1/weight")?;
    let embedding = f16(tensors, "decoder/embeddings/weight")?;
    let (&[state, mels, _], &[vocabulary, _]) = (&convolution.shape[..], &embedding.shape[..]) else {
        return Err(WriteGgmlError::Tensor("encoder/conv1/weight".into()));
    };
    let heads = tensors
        .get("encoder/num_heads")
        .and_then(|heads| heads.bytes.first_chunk::<2>())
        .map(|bytes| i16::from_le_bytes(*bytes))
        .ok_or_else(|| WriteGgmlError::Tensor("encoder/num_heads".into()))?;
    let layers = |side: &str| {
        let prefix = format!("{side}/layer_");
        tensors
            .keys()
            .filter(|name| name.starts_with(&prefix) && name.ends_with("/ffn/layer_norm/gamma"))
            .count()
    };
    let (encoder_layers, decoder_layers) = (layers("encoder"), layers("decoder"));

    let mut out = Out { bytes: Vec::new(), tensors };
    let heads = i32::from(heads);
    out.ints(&[MAGIC, vocabulary as i32, 1500, state as i32, heads, encoder_layers as i32]);
    out.ints(&[448, state as i32, heads, decoder_layers as i32, mels as i32, FILE_TYPE]);
    out.ints(&[mels as i32, 201]);
    out.bytes.extend(mel::filters(mels).iter().flat_map(|weight| weight.to_le_bytes()));
    out.ints(&[tokens.len() as i32]);
    for token in tokens {
        out.ints(&[token.len() as i32]);
        out.bytes.extend(token);
    }
    for (side, layers) in [("encoder", encoder_layers), ("decoder", decoder_layers)] {
        out.side(side, layers)?;
    }
    for name in ["conv1", "conv2"] {
        out.layer(&format!("encoder/{name}"), &format!("encoder.{name}"))?;
    }
    out.whole("decoder/embeddings/weight", "decoder.token_embedding.weight")?;
    Ok(out.bytes)
}

fn f16<'a, 'file>(tensors: &'a Tensors<'file>, name: &str) -> Result<&'a Tensor<'file>, WriteGgmlError> {
    tensors
        .get(name)
        .filter(|tensor| tensor.element == Element::F16)
        .ok_or_else(|| WriteGgmlError::Tensor(name.to_owned()))
}

struct Out<'a, 'file> {
    bytes: Vec<u8>,
    tensors: &'a Tensors<'file>,
}

impl Out<'_, '_> {
    fn ints(&mut self, values: &[i32]) {
        self.bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }

    /// One of the two halves of the network.
    fn side(&mut self, side: &str, layers: usize) -> Result<(), WriteGgmlError> {
        for layer in 0..layers {
            let (from, to) = (format!("{side}/layer_{layer}"), format!("{side}.blocks.{layer}"));
            self.norm(&format!("{from}/self_attention/layer_norm"), &format!("{to}.attn_ln"))?;
            let attention = format!("{to}.attn");
            self.fused(&format!("{from}/self_attention/linear_0"), &attention, &["query", "key", "value"])?;
            self.layer(&format!("{from}/self_attention/linear_1"), &format!("{attention}.out"))?;
            if side == "decoder" {
                self.norm(&format!("{from}/attention/layer_norm"), &format!("{to}.cross_attn_ln"))?;
                let cross = format!("{to}.cross_attn");
                self.fused(&format!("{from}/attention/linear_0"), &cross, &["query"])?;
                self.fused(&format!("{from}/attention/linear_1"), &cross, &["key", "value"])?;
                self.layer(&format!("{from}/attention/linear_2"), &format!("{cross}.out"))?;
            }
            self.norm(&format!("{from}/ffn/layer_norm"), &format!("{to}.mlp_ln"))?;
            self.layer(&format!("{from}/ffn/linear_0"), &format!("{to}.mlp.0"))?;
            self.layer(&format!("{from}/ffn/linear_1"), &format!("{to}.mlp.2"))?;
        }
        let last = if side == "encoder" { "encoder.ln_post" } else { "decoder.ln" };
        self.norm(&format!("{side}/layer_norm"), last)?;
        self.whole(&format!("{side}/position_encodings/encodings"), &format!("{side}.positional_embedding"))
    }

    fn norm(&mut self, from: &str, to: &str) -> Result<(), WriteGgmlError> {
        self.whole(&format!("{from}/gamma"), &format!("{to}.weight"))?;
        self.whole(&format!("{from}/beta"), &format!("{to}.bias"))
    }

    fn layer(&mut self, from: &str, to: &str) -> Result<(), WriteGgmlError> {
        self.whole(&format!("{from}/weight"), &format!("{to}.weight"))?;
        self.whole(&format!("{from}/bias"), &format!("{to}.bias"))
    }

    /// CTranslate2 stacks the projections of an attention block on top of each other; whisper.cpp wants
    /// them apart and has no bias for keys (Whisper has none: the stacked one is zero).
    fn fused(&mut self, from: &str, to: &str, parts: &[&str]) -> Result<(), WriteGgmlError> {
        let tensors = self.tensors;
        let weight = f16(tensors, &format!("{from}/weight"))?;
        let bias = f16(tensors, &format!("{from}/bias"))?;
        let &[rows, columns] = &weight.shape[..] else {
            return Err(WriteGgmlError::Tensor(from.to_owned()));
        };
        let rows = rows / parts.len();
        for (index, part) in parts.iter().enumerate() {
            let slice = |tensor: &Tensor<'_>| {
                let length = tensor.bytes.len() / parts.len();
                tensor.bytes.get(index * length..(index + 1) * length).unwrap_or_default().to_vec()
            };
            self.tensor(&format!("{to}.{part}.weight"), &[rows, columns], &slice(weight));
            if *part != "key" {
                self.tensor(&format!("{to}.{part}.bias"), &[rows], &slice(bias));
            } else if slice(bias).iter().any(|byte| *byte & 0x7f != 0) {
                return Err(WriteGgmlError::Tensor(format!("{from}/bias")));
            }
        }
        Ok(())
    }

    fn whole(&mut self, from: &str, to: &str) -> Result<(), WriteGgmlError> {
        let tensor = f16(self.tensors, from)?;
        let (mut shape, bytes) = (tensor.shape.clone(), tensor.bytes);
        if to.starts_with("encoder.conv") && shape.len() == 1 {
            shape.push(1);
        }
        self.tensor(to, &shape, bytes);
        Ok(())
    }

    fn tensor(&mut self, name: &str, shape: &[usize], halves: &[u8]) {
        let plain = shape.len() < 2 || shape.last() == Some(&1) || name.ends_with("positional_embedding");
        let kind = match shape.len() {
            _ if plain => TYPE_F32,
            2 => TYPE_Q8_0,
            _ => TYPE_F16,
        };
        self.ints(&[shape.len() as i32, name.len() as i32, kind]);
        // ggml counts dimensions from the fastest.
        let sides: Vec<i32> = shape.iter().rev().map(|side| *side as i32).collect();
        self.ints(&sides);
        self.bytes.extend(name.as_bytes());
        match kind {
            TYPE_F16 => self.bytes.extend(halves),
            TYPE_F32 => self.bytes.extend(floats(halves).flat_map(f32::to_le_bytes)),
            _ => quantise(halves, &mut self.bytes),
        }
    }
}

fn floats(halves: &[u8]) -> impl Iterator<Item = f32> {
    halves.as_chunks().0.iter().map(|bytes| half::to_f32(u16::from_le_bytes(*bytes)))
}

fn quantise(halves: &[u8], out: &mut Vec<u8>) {
    for block in halves.chunks(64) {
        let largest = floats(block).fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
        let scale = largest / 127.0;
        let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
        out.extend(half::from_f32(scale).to_le_bytes());
        out.extend(floats(block).map(|weight| ((weight * inverse).round() as i8).cast_unsigned()));
    }
}

/// The byte strings of the ordinary tokens in order of their numbers, without the added special tokens.
fn tokens(description: &[u8]) -> Result<Vec<Vec<u8>>, WriteGgmlError> {
    let description: Value =
        serde_json::from_slice(description).map_err(|_error| WriteGgmlError::Tokenizer("it is not JSON"))?;
    let vocabulary =
        description["model"]["vocab"].as_object().ok_or(WriteGgmlError::Tokenizer("no vocabulary"))?;
    let added: HashSet<&str> = description["added_tokens"]
        .as_array()
        .ok_or(WriteGgmlError::Tokenizer("no added tokens"))?
        .iter()
        .filter_map(|token| token["content"].as_str())
        .collect();
    let bytes = byte_alphabet();
    let mut tokens = BTreeMap::new();
    for (text, number) in vocabulary.iter().filter(|(text, _)| !added.contains(text.as_str())) {
        let number = number.as_u64().ok_or(WriteGgmlError::Tokenizer("a token has no number"))?;
        let token = text.chars().map(|character| bytes.get(&character).copied()).collect::<Option<Vec<u8>>>();
        tokens.insert(number, token.ok_or(WriteGgmlError::Tokenizer("a token is not made of bytes"))?);
    }
    if tokens.keys().enumerate().any(|(expected, number)| expected as u64 != *number) {
        return Err(WriteGgmlError::Tokenizer("the token numbers have gaps"));
    }
    Ok(tokens.into_values().collect())
}

/// GPT-2's printable alphabet for bytes: visible Latin-1 characters stand for themselves, the other 68
/// bytes for the characters from U+0100 on.
fn byte_alphabet() -> BTreeMap<char, u8> {
    let visible = |byte: &u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let shown = (0..=255).filter(visible).map(|byte| (char::from(byte), byte));
    let hidden = (0..=255).filter(|byte| !visible(byte));
    shown.chain((0x100_u32..).filter_map(char::from_u32).zip(hidden)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_keeps_every_weight_within_half_a_step() {
        let weights: Vec<f32> = (0..32).map(|index| (index as f32 - 15.0) / 16.0).collect();
        let halves: Vec<u8> =
            weights.iter().flat_map(|weight| half::from_f32(*weight).to_le_bytes()).collect();
        let mut block = Vec::new();
        quantise(&halves, &mut block);
        assert_eq!(block.len(), 34);
        let scale = half::to_f32(u16::from_le_bytes([block[0], block[1]]));
        for (weight, byte) in weights.iter().zip(&block[2..]) {
            let restored = f32::from(byte.cast_signed()) * scale;
            assert!((restored - weight).abs() <= scale * 0.6, "{weight} became {restored}");
        }
    }

    #[test]
    fn the_alphabet_names_every_byte_once() {
        let alphabet = byte_alphabet();
        assert_eq!(alphabet.len(), 256);
        assert_eq!(alphabet[&'A'], b'A');
        assert_eq!(alphabet[&'Ġ'], b' ');
    }

    #[test]
    fn a_vocabulary_with_gaps_is_refused() {
        let description = br#"{"model":{"vocab":{"a":0,"b":2}},"added_tokens":[]}"#;
        assert_eq!(tokens(description), Err(WriteGgmlError::Tokenizer("the token numbers have gaps")));
    }
}
