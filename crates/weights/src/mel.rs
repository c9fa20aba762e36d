//! The mel filter bank that Whisper was trained with (Slaney's scale and area normalisation, as in librosa).

/// Triangular filters over the 201 bins of a 400-point transform at 16 kHz, row by row.
pub(crate) fn filters(count: usize) -> Vec<f32> {
    const BINS: usize = 201;
    const TOP_MEL: f64 = 45.245_640_471_924_965; // 8 kHz
    let edges: Vec<f64> = (0..count + 2)
        .map(|index| {
            let step = TOP_MEL / (count + 1) as f64;
            hertz(if index == count + 1 { TOP_MEL } else { index as f64 * step })
        })
        .collect();
    let mut filters = Vec::with_capacity(count * BINS);
    for band in edges.windows(3) {
        let &[low, centre, high] = band else { continue };
        let area = 2.0 / (high - low);
        for bin in 0..BINS {
            let frequency = bin as f64 * 40.0;
            let rising = (frequency - low) / (centre - low);
            let falling = (high - frequency) / (high - centre);
            filters.push((rising.min(falling).max(0.0) * area) as f32);
        }
    }
    filters
}

/// Linear below 1 kHz, logarithmic above.
fn hertz(mel: f64) -> f64 {
    if mel >= 15.0 { 1000.0 * (6.4_f64.ln() / 27.0 * (mel - 15.0)).exp() } else { 200.0 / 3.0 * mel }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_a_triangle_of_unit_area() {
        for row in filters(80).chunks(201).skip(20) {
            let area: f32 = row.iter().sum::<f32>() * 40.0;
            assert!((area - 1.0).abs() < 0.35, "area {area}");
            assert!(row.iter().all(|weight| *weight >= 0.0));
        }
    }
}
