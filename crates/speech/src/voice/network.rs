//! The speaker encoder itself, eight windows side by side so that the compiler can use vector instructions.

use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use super::{BANDS, LENGTH, Vector, WINDOW};

/// Ten milliseconds of sound; a window has [`WINDOW`] of them.
pub(crate) type Frame = [f32; BANDS];

const LANES: usize = 8;
/// One value of each of eight windows.
type Lanes = [f32; LANES];
/// What belongs to the input, forget, cell and output gate of a unit.
type Gates = [f32; 4];

struct Layer {
    inputs: usize,
    /// For each unit, the weights of its inputs and then of the hidden state.
    weights: Vec<Gates>,
    bias: Vec<Gates>,
}

/// The weights.
pub(crate) struct Network {
    layers: Vec<Layer>,
    /// Row-major, output by input.
    linear: Vec<f32>,
    linear_bias: Vec<f32>,
}

impl Network {
    /// Reads safetensors; `None` if a tensor is missing or has another shape.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let tensors = SafeTensors::deserialize(bytes).ok()?;
        let values = |name: &str, shape: &[usize]| {
            let tensor = tensors.tensor(name).ok()?;
            if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
                return None;
            }
            let (values, _) = tensor.data().as_chunks();
            Some(values.iter().map(|value| f32::from_le_bytes(*value)).collect::<Vec<_>>())
        };
        let layer = |index: usize| {
            let inputs = if index == 0 { BANDS } else { LENGTH };
            let of_input = values(&format!("lstm.weight_ih_l{index}"), &[4 * LENGTH, inputs])?;
            let of_hidden = values(&format!("lstm.weight_hh_l{index}"), &[4 * LENGTH, LENGTH])?;
            let one = values(&format!("lstm.bias_ih_l{index}"), &[4 * LENGTH])?;
            let other = values(&format!("lstm.bias_hh_l{index}"), &[4 * LENGTH])?;
            let gates = |of: &dyn Fn(usize) -> f32| [0, 1, 2, 3].map(|gate| of(gate * LENGTH));
            let mut weights = Vec::with_capacity(LENGTH * (inputs + LENGTH));
            for unit in 0..LENGTH {
                weights
                    .extend((0..inputs).map(|input| gates(&|gate| of_input[(gate + unit) * inputs + input])));
                weights
                    .extend((0..LENGTH).map(|from| gates(&|gate| of_hidden[(gate + unit) * LENGTH + from])));
            }
            let bias = (0..LENGTH).map(|unit| gates(&|gate| one[gate + unit] + other[gate + unit])).collect();
            Some(Layer { inputs, weights, bias })
        };
        Some(Self {
            layers: (0..3).map(layer).collect::<Option<_>>()?,
            linear: values("linear.weight", &[LENGTH, LENGTH])?,
            linear_bias: values("linear.bias", &[LENGTH])?,
        })
    }

    /// The vector of each window.
    pub(crate) fn vectors(&self, windows: &[&[Frame]]) -> Vec<Vector> {
        let groups: Vec<&[&[Frame]]> = windows.chunks(LANES).collect();
        let mut states: Vec<[State; 3]> =
            groups.iter().map(|_| std::array::from_fn(|_| State::new())).collect();
        let mut input = [[0.0; LANES]; BANDS];
        for time in 0..WINDOW {
            // Layer by layer over all groups: the weights of a layer are read once for all of them.
            for (depth, layer) in self.layers.iter().enumerate() {
                for (group, state) in groups.iter().zip(&mut states) {
                    let [first, second, third] = state;
                    match depth {
                        0 => {
                            for (lane, window) in group.iter().enumerate() {
                                for (row, value) in input.iter_mut().zip(&window[time]) {
                                    row[lane] = *value;
                                }
                            }
                            layer.step(&input, first);
                        }
                        1 => layer.step(&first.hidden, second),
                        _ => layer.step(&second.hidden, third),
                    }
                }
            }
        }
        let lanes = groups.iter().zip(&states).flat_map(|(group, state)| {
            (0..group.len())
                .map(|lane| self.project(&state[2].hidden.iter().map(|row| row[lane]).collect::<Vec<_>>()))
        });
        lanes.collect()
    }

    /// The last hidden state through the linear layer, without what is negative, at unit length.
    fn project(&self, hidden: &[f32]) -> Vector {
        let mut vector = [0.0; LENGTH];
        for ((value, row), bias) in
            vector.iter_mut().zip(self.linear.chunks_exact(LENGTH)).zip(&self.linear_bias)
        {
            *value =
                (row.iter().zip(hidden).map(|(weight, hidden)| weight * hidden).sum::<f32>() + bias).max(0.0);
        }
        normalised(&vector)
    }
}

/// The vector at unit length.
pub(crate) fn normalised(vector: &Vector) -> Vector {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-9);
    vector.map(|value| value / length)
}

struct State {
    hidden: Vec<Lanes>,
    cell: Vec<Lanes>,
    next: Vec<Lanes>,
}

impl State {
    fn new() -> Self {
        let zero = vec![[0.0; LANES]; LENGTH];
        Self { hidden: zero.clone(), cell: zero.clone(), next: zero }
    }
}

impl Layer {
    fn step(&self, input: &[Lanes], state: &mut State) {
        let width = self.inputs + LENGTH;
        for (unit, (weights, bias)) in self.weights.chunks_exact(width).zip(&self.bias).enumerate() {
            let mut sums = bias.map(|bias| [bias; LANES]);
            let (of_input, of_hidden) = weights.split_at(self.inputs);
            accumulate(&mut sums, of_input, input);
            accumulate(&mut sums, of_hidden, &state.hidden);
            let [enter, forget, candidate, leave] = sums;
            let (cell, next) = (&mut state.cell[unit], &mut state.next[unit]);
            for lane in 0..LANES {
                cell[lane] =
                    sigmoid(forget[lane]) * cell[lane] + sigmoid(enter[lane]) * tanh(candidate[lane]);
                next[lane] = sigmoid(leave[lane]) * tanh(cell[lane]);
            }
        }
        std::mem::swap(&mut state.hidden, &mut state.next);
    }
}

#[inline]
fn accumulate(sums: &mut [Lanes; 4], weights: &[Gates], values: &[Lanes]) {
    let mut held = *sums;
    for (weights, values) in weights.iter().zip(values) {
        for (sum, weight) in held.iter_mut().zip(weights) {
            for (sum, value) in sum.iter_mut().zip(values) {
                *sum += weight * value;
            }
        }
    }
    *sums = held;
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + exp(-value))
}

fn tanh(value: f32) -> f32 {
    1.0 - 2.0 / (1.0 + exp(2.0 * value))
}

/// e to the power of `value` to about six digits, written so that eight lanes are computed at once: the
/// library's function is called one value at a time and would take a quarter of the run.
#[inline]
fn exp(value: f32) -> f32 {
    let scaled = value.clamp(-80.0, 80.0) * std::f32::consts::LOG2_E;
    // Adding 1.5 * 2^23 leaves the nearest whole number in the low bits.
    let shifted = scaled + 12_582_912.0;
    let rest = scaled - (shifted - 12_582_912.0);
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    let series = 1.0
        + rest
            * (std::f32::consts::LN_2
                + rest * (0.240_226_5 + rest * (0.055_504_11 + rest * (0.009_618_129 + rest * 0.001_339_9))));
    power * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_exponential_is_within_a_hundred_thousandth() {
        for step in -2000..2000 {
            let value = step as f32 * 0.02;
            let relative = exp(value) / value.exp() - 1.0;
            assert!(relative.abs() < 1e-5, "exp({value}) off by {relative}");
        }
    }

    #[test]
    fn anything_else_is_not_read_as_a_network() {
        assert!(Network::read(b"").is_none());
        assert!(Network::read(&[0; 64]).is_none());
    }
}
