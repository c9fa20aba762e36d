//! The arithmetic of a resumable upload: how much to send next, how fast it goes, where it lives.

/// The first piece, and the smallest.
pub const SMALLEST: u64 = 512 * 1024;
/// The largest piece.
pub const LARGEST: u64 = 8 * 1024 * 1024;

/// How much to send next when `sent` bytes took `took_ms`: a piece should take about a second and a
/// half, so that the bar moves and little is lost with a connection.
pub fn next_piece(sent: u64, took_ms: f64) -> u64 {
    let wished = sent as f64 * 1_500.0 / took_ms.max(1.0);
    let wished = wished.min(sent as f64 * 4.0) as u64;
    wished.clamp(SMALLEST, LARGEST)
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// Bytes that the server has.
    pub sent: u64,
    /// Bytes of the file.
    pub total: u64,
    /// Bytes a second, smoothed; 0 while unknown.
    pub speed: f64,
}

impl Progress {
    /// Percent done, 0 to 100.
    pub fn percent(self) -> u8 {
        (self.sent * 100).checked_div(self.total).unwrap_or(0).min(100) as u8
    }

    /// Time left, once a speed is known.
    pub fn remaining_ms(self) -> Option<u64> {
        (self.speed > 0.0)
            .then(|| ((self.total - self.sent.min(self.total)) as f64 / self.speed * 1e3) as u64)
    }

    /// The same upload after another `bytes` that took `took_ms`.
    #[must_use]
    pub fn after(self, bytes: u64, took_ms: f64) -> Self {
        let now = bytes as f64 * 1e3 / took_ms.max(1.0);
        let speed = if self.speed > 0.0 { self.speed * 0.6 + now * 0.4 } else { now };
        Self { sent: self.sent + bytes, speed, ..self }
    }
}

/// The path of an upload's `Location`, which may be a whole address.
pub fn path_of(location: &str) -> &str {
    match location.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => location,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_on_a_fast_line_and_shrink_on_a_slow_one() {
        assert_eq!(next_piece(SMALLEST, 10.0), SMALLEST * 4);
        assert_eq!(next_piece(LARGEST, 10.0), LARGEST);
        assert_eq!(next_piece(LARGEST, 60_000.0), SMALLEST);
    }

    #[test]
    fn an_empty_file_is_not_a_division_by_zero() {
        assert_eq!(Progress::default().percent(), 0);
        assert_eq!(Progress::default().remaining_ms(), None);
    }

    #[test]
    fn speed_tells_the_time_left() {
        let progress = Progress { total: 3_000, ..Progress::default() }.after(1_000, 1_000.0);
        assert_eq!((progress.percent(), progress.remaining_ms()), (33, Some(2_000)));
    }

    #[test]
    fn a_whole_address_becomes_a_path() {
        assert_eq!(path_of("http://localhost:3001/api/v1/uploads/7"), "/api/v1/uploads/7");
        assert_eq!(path_of("/api/v1/uploads/7"), "/api/v1/uploads/7");
    }
}
