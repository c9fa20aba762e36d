//! The outline of a recording: its loudest sample in each of so many equal stretches.

/// Computes a waveform overview of a stream whose length is not known beforehand. Keeps between one
/// and two times the wanted number of buckets: when they are full, neighbours are merged.
pub struct Peaks {
    wanted: usize,
    buckets: Vec<u16>,
    per_bucket: usize,
    in_last: usize,
}

impl Peaks {
    /// An overview of `buckets` stretches (at least one).
    pub fn new(buckets: usize) -> Self {
        let wanted = buckets.max(1);
        Self { wanted, buckets: Vec::with_capacity(2 * wanted), per_bucket: 1, in_last: 0 }
    }

    /// Adds samples.
    pub fn push(&mut self, mut samples: &[i16]) {
        while !samples.is_empty() {
            if self.in_last == 0 {
                if self.buckets.len() == 2 * self.wanted {
                    self.buckets =
                        self.buckets.chunks(2).map(|pair| pair.iter().copied().max().unwrap_or(0)).collect();
                    self.per_bucket *= 2;
                }
                self.buckets.push(0);
            }
            let (now, later) = samples.split_at(samples.len().min(self.per_bucket - self.in_last));
            let loudest = now.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
            if let Some(last) = self.buckets.last_mut() {
                *last = loudest.max(*last);
            }
            self.in_last = (self.in_last + now.len()) % self.per_bucket;
            samples = later;
        }
    }

    /// The overview: as many values as wanted (fewer only if there were fewer samples), 0 to 255, each
    /// the greatest |sample| of its stretch, linear, 255 being full scale.
    pub fn finish(self) -> Vec<u8> {
        let have = self.buckets.len();
        let wanted = self.wanted.min(have);
        (0..wanted)
            .map(|index| {
                let stretch = &self.buckets[index * have / wanted..(index + 1) * have / wanted];
                let loudest = stretch.iter().copied().max().unwrap_or(0);
                (u32::from(loudest) * 255).div_ceil(32_768) as u8
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overview_has_the_wanted_length_whatever_the_chunks() {
        let samples: Vec<i16> = (0..123_457).map(|i| (i / 4) as i16).collect();
        let mut whole = Peaks::new(1000);
        whole.push(&samples);
        let whole = whole.finish();
        assert_eq!(whole.len(), 1000);
        for size in [1, 7, 1000, 4096] {
            let mut parts = Peaks::new(1000);
            samples.chunks(size).for_each(|part| parts.push(part));
            assert_eq!(parts.finish(), whole);
        }
        assert!(whole.windows(2).all(|pair| pair[0] <= pair[1]), "a rising ramp has rising peaks");
        assert!((230..=242).contains(whole.last().unwrap()));
    }

    #[test]
    fn a_click_is_never_lost() {
        let mut samples = vec![0i16; 1_000_000];
        samples[777_777] = i16::MIN;
        let mut peaks = Peaks::new(100);
        peaks.push(&samples);
        let peaks = peaks.finish();
        assert_eq!(peaks[77], 255);
        assert_eq!(peaks.iter().map(|&peak| u32::from(peak)).sum::<u32>(), 255);
    }

    #[test]
    fn no_samples_give_no_outline() {
        assert!(Peaks::new(10).finish().is_empty());
    }
}
