//! The value of a `Range` header (RFC 9110 §14.2). Nothing here knows of a server, so that the fuzz targets read
//! this very file.

use std::ops::Range;

/// What a caller asked for of a body.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    Everything,
    Part(Range<u64>),
    Nothing,
}

/// One range of bytes of a body of `size`. Several ranges, or something else, may be answered with everything.
pub fn parse(header: &str, size: u64) -> Wanted {
    let Some((from, to)) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Everything;
    };
    let range = match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(size),
        (Ok(from), Err(_)) if to.trim().is_empty() => from..size,
        (Err(_), Ok(last)) if from.trim().is_empty() => size.saturating_sub(last)..size,
        _ => return Wanted::Everything,
    };
    if range.start < range.end { Wanted::Part(range) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_rfc_says() {
        assert_eq!(parse("bytes=0-99", 1000), Wanted::Part(0..100));
        assert_eq!(parse("bytes=900-", 1000), Wanted::Part(900..1000));
        assert_eq!(parse("bytes=-100", 1000), Wanted::Part(900..1000));
        assert_eq!(parse("bytes=0-99999", 1000), Wanted::Part(0..1000));
        assert_eq!(parse("bytes=1000-", 1000), Wanted::Nothing);
        assert_eq!(parse("bytes=0-1,5-6", 1000), Wanted::Everything);
        assert_eq!(parse("lines=1-2", 1000), Wanted::Everything);
    }
}
