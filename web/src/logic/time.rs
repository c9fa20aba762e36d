//! Lengths of time and sizes, in words.

/// A place in a recording: `0:07`, `12:30`, `1:02:03`.
pub fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Time left, as exact as anybody can mean it.
pub fn left(ms: u64) -> String {
    match ms.div_ceil(1000) {
        0..=4 => "a few seconds left".into(),
        seconds @ 5..=59 => format!("about {} seconds left", seconds.div_ceil(5) * 5),
        60..=89 => "about a minute left".into(),
        seconds @ 90..=5_399 => format!("about {} minutes left", (seconds + 30) / 60),
        seconds => format!("about {} hours left", (seconds + 1_800) / 3_600),
    }
}

/// A size in bytes: `820 kB`, `4.2 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..10_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        10_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_show_only_when_there_are_any() {
        assert_eq!(clock(7_999), "0:07");
        assert_eq!(clock(750_000), "12:30");
        assert_eq!(clock(3_723_000), "1:02:03");
    }

    #[test]
    fn time_left_is_rounded_to_what_can_be_known() {
        assert_eq!(left(0), "a few seconds left");
        assert_eq!(left(41_000), "about 45 seconds left");
        assert_eq!(left(60_000), "about a minute left");
        assert_eq!(left(150_000), "about 3 minutes left");
        assert_eq!(left(7_200_000), "about 2 hours left");
    }

    #[test]
    fn sizes_keep_two_figures() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(820_400), "820 kB");
        assert_eq!(size(4_200_000), "4.2 MB");
        assert_eq!(size(500_000_000), "500 MB");
    }
}
