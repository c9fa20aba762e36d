//! How many voices there are and where they lie: repeated division in two on the sphere of voice vectors.
//!
//! A group is divided by the second eigenvector of the normalised affinity of a sample of its vectors
//! (spectral bisection, as in Wang et al. 2018, "Speaker diarization with LSTM") and refined on all of them. The
//! division stands if the centres of its parts are farther apart than one voice gets from itself.

use super::Doubt;
use crate::voice::{LENGTH, Vector, normalised};

/// Centres of two parts of one voice are more alike than this; of two voices, less. Measured: one voice, read or
/// acted, 0.85 to 0.97 (nine voices); two voices, synthesised, telephone, stage and radio, 0.66 to 0.75.
const ONE_VOICE: f32 = 0.82;
/// Between these, parts may be one voice or two.
const SURELY_TWO: f32 = 0.78;
const SURELY_ONE: f32 = 0.85;
/// No division leaves a part smaller than this share of all vectors, or than three vectors.
const SMALLEST_PART: usize = 25;
const MOST_VOICES: usize = 6;
/// The affinity matrix is held for so many vectors at most (4 MB).
const SAMPLE: usize = 1000;

/// The voices of a recording.
pub(super) struct Found {
    pub(super) centres: Vec<Vector>,
    pub(super) doubt: Option<Doubt>,
}

struct Division {
    parts: [Vec<usize>; 2],
    similarity: f32,
}

/// Finds the voices; `expected` people are known to take part.
pub(super) fn find(vectors: &[Vector], expected: Option<u8>) -> Found {
    if vectors.is_empty() {
        return Found { centres: Vec::new(), doubt: None };
    }
    let smallest = (vectors.len() / SMALLEST_PART).max(3);
    let all: Vec<usize> = (0..vectors.len()).collect();
    let division = divide(vectors, &all);
    let mut groups = vec![(all, division)];
    let mut doubt = None;
    let wanted = expected.map(|expected| usize::from(expected).max(1));
    while groups.len() < wanted.unwrap_or(MOST_VOICES) {
        // The group whose parts differ most.
        let candidates = groups.iter().enumerate().filter_map(|(index, (_, division))| {
            let division = division.as_ref()?;
            (division.parts.iter().all(|part| part.len() >= smallest)).then_some((index, division.similarity))
        });
        let Some((index, similarity)) = candidates.min_by(|one, other| one.1.total_cmp(&other.1)) else {
            break;
        };
        if similarity > ONE_VOICE && wanted.is_none() {
            break;
        }
        if similarity > SURELY_TWO {
            doubt = Some(Doubt::VoicesAlike);
        }
        let (_, division) = groups.swap_remove(index);
        for part in division.map(|division| division.parts).into_iter().flatten() {
            let division = divide(vectors, &part);
            groups.push((part, division));
        }
    }
    let more = groups.iter().any(|(_, division)| {
        division.as_ref().is_some_and(|division| {
            division.similarity < SURELY_TWO && division.parts.iter().all(|part| part.len() >= smallest)
        })
    });
    if let [(_, Some(division))] = &groups[..]
        && wanted.is_none()
        && division.similarity < SURELY_ONE
    {
        doubt = Some(Doubt::VoicesAlike);
    }
    if groups.len() > 2 || more {
        doubt = Some(Doubt::MoreThanTwo);
    } else if wanted.is_some_and(|wanted| groups.len() < wanted) {
        doubt = doubt.or(Some(Doubt::VoicesAlike));
    }
    let centres = groups.iter().map(|(group, _)| centre(vectors, group)).collect();
    Found { centres, doubt }
}

/// Divides a group in two, if it is large enough to say anything.
fn divide(vectors: &[Vector], group: &[usize]) -> Option<Division> {
    if group.len() < 6 {
        return None;
    }
    let step = group.len().div_ceil(SAMPLE);
    let sample: Vec<usize> = group.iter().copied().step_by(step).collect();
    let side = bisect(vectors, &sample);
    let part = |wanted: bool| {
        sample
            .iter()
            .zip(&side)
            .filter(|(_, side)| **side == wanted)
            .map(|(index, _)| *index)
            .collect::<Vec<_>>()
    };
    let mut parts = [part(false), part(true)];
    for _ in 0..10 {
        if parts.iter().any(Vec::is_empty) {
            return None;
        }
        let centres = [centre(vectors, &parts[0]), centre(vectors, &parts[1])];
        let (one, other): (Vec<usize>, Vec<usize>) = group.iter().partition(|index| {
            similarity(&vectors[**index], &centres[0]) >= similarity(&vectors[**index], &centres[1])
        });
        let settled = parts == [one.clone(), other.clone()];
        parts = [one, other];
        if settled {
            break;
        }
    }
    if parts.iter().any(Vec::is_empty) {
        return None;
    }
    let similarity = similarity(&centre(vectors, &parts[0]), &centre(vectors, &parts[1]));
    Some(Division { parts, similarity })
}

/// On which side of the second eigenvector each vector of the sample lies.
fn bisect(vectors: &[Vector], sample: &[usize]) -> Vec<bool> {
    let count = sample.len();
    let mut affinity = vec![0.0_f32; count * count];
    for (row, one) in sample.iter().enumerate() {
        for (column, other) in sample.iter().enumerate().take(row + 1) {
            let value = similarity(&vectors[*one], &vectors[*other]).max(0.0);
            affinity[row * count + column] = value;
            affinity[column * count + row] = value;
        }
    }
    // Each vector keeps its nearest third; the rest counts a hundredth. A pair is near if either says so.
    let near: Vec<f32> = affinity
        .chunks_exact(count)
        .map(|row| {
            let mut sorted = row.to_vec();
            sorted.sort_unstable_by(|one, other| other.total_cmp(one));
            sorted[(count * 3 / 10).clamp(1, count - 1)]
        })
        .collect();
    for row in 0..count {
        for column in 0..count {
            let value = &mut affinity[row * count + column];
            if *value < near[row].min(near[column]) {
                *value *= 0.01;
            }
        }
    }
    let degree: Vec<f32> =
        affinity.chunks_exact(count).map(|row| row.iter().sum::<f32>().max(1e-6)).collect();
    let root: Vec<f32> = degree.iter().map(|degree| degree.sqrt()).collect();
    for row in 0..count {
        for column in 0..count {
            affinity[row * count + column] /= root[row] * root[column];
        }
    }
    let eigenvector = second_eigenvector(&affinity, &root);
    eigenvector.iter().zip(&root).map(|(value, root)| value / root > 0.0).collect()
}

/// Power iteration beside the first eigenvector, which is known: the roots of the degrees. Half a unit matrix
/// is mixed in so that negative eigenvalues cannot win.
fn second_eigenvector(matrix: &[f32], first: &[f32]) -> Vec<f32> {
    let count = first.len();
    let first_length: f32 = first.iter().map(|value| value * value).sum();
    // A fixed, irregular start: the result must not depend on chance.
    let mut vector: Vec<f32> =
        (0..count).map(|index| ((index * 7919 + 13) % 1009) as f32 / 504.5 - 1.0).collect();
    for _ in 0..300 {
        let overlap =
            vector.iter().zip(first).map(|(value, first)| value * first).sum::<f32>() / first_length;
        vector.iter_mut().zip(first).for_each(|(value, first)| *value -= overlap * first);
        let next: Vec<f32> = matrix
            .chunks_exact(count)
            .zip(&vector)
            .map(|(row, own)| {
                own + row.iter().zip(&vector).map(|(weight, value)| weight * value).sum::<f32>()
            })
            .collect();
        let length = next.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-12);
        let next: Vec<f32> = next.iter().map(|value| value / length).collect();
        let moved: f32 = next.iter().zip(&vector).map(|(one, other)| (one - other).abs()).sum();
        vector = next;
        if moved < 1e-4 {
            break;
        }
    }
    vector
}

fn centre(vectors: &[Vector], group: &[usize]) -> Vector {
    let mut sum = [0.0; LENGTH];
    for index in group {
        sum.iter_mut().zip(&vectors[*index]).for_each(|(sum, value)| *sum += value);
    }
    normalised(&sum)
}

/// Cosine of the angle between two unit vectors.
pub(super) fn similarity(one: &Vector, other: &Vector) -> f32 {
    let mut sums = [0.0_f32; 8];
    for (one, other) in one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0) {
        for lane in 0..8 {
            sums[lane] += one[lane] * other[lane];
        }
    }
    sums.iter().sum()
}
