//! What PostgreSQL calls the files of its log.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// A file of PostgreSQL's log: `000000010000000000000002`, with `.partial` or `.00000028.backup` after it, or
/// `00000002.history`. The numbers are the id under which it is kept, and its kind is the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogName {
    kind: Kind,
    id: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A segment: timeline, and its number in two halves.
    Segment,
    /// The unfinished segment of a timeline that has ended.
    Partial,
    /// Where a base backup begins and ends: a segment, and the place in it.
    Label,
    /// Where a timeline comes from.
    History,
}

/// Parts from here on are none of the log's.
pub(super) const KINDS: u32 = 4;
pub(super) const HISTORY: u32 = Kind::History as u32;

/// This is no name of a file of PostgreSQL's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the name of a file of PostgreSQL's log")]
pub struct NoLogName;

impl LogName {
    pub(super) fn id(self) -> Uuid {
        self.id
    }

    pub(super) fn part(self) -> u32 {
        self.kind as u32
    }
}

impl FromStr for LogName {
    type Err = NoLogName;

    fn from_str(name: &str) -> Result<Self, NoLogName> {
        let (digits, kind, length) = match name.split_once('.') {
            None => (name.to_owned(), Kind::Segment, 24),
            Some((digits, "partial")) => (digits.to_owned(), Kind::Partial, 24),
            Some((digits, "history")) => (digits.to_owned(), Kind::History, 8),
            Some((digits, place)) => {
                let place = place.strip_suffix(".backup").filter(|it| it.len() == 8).ok_or(NoLogName)?;
                (format!("{digits}{place}"), Kind::Label, 32)
            }
        };
        // In capitals, as PostgreSQL writes them: one file has one name.
        let written = |digit: u8| matches!(digit, b'0'..=b'9' | b'A'..=b'F');
        if digits.len() != length || !digits.bytes().all(written) {
            return Err(NoLogName);
        }
        let number = u128::from_str_radix(&format!("{digits:0<32}"), 16).map_err(|_no_number| NoLogName)?;
        Ok(Self { kind, id: Uuid::from_u128(number) })
    }
}

impl fmt::Display for LogName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032X}", self.id.as_u128());
        let (segment, place) = digits.split_at(24);
        match self.kind {
            Kind::Segment => f.write_str(segment),
            Kind::Partial => write!(f, "{segment}.partial"),
            Kind::Label => write!(f, "{segment}.{place}.backup"),
            Kind::History => write!(f, "{}.history", &segment[..8]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_as_it_was_given_and_each_has_a_place_of_its_own() {
        let mut places = Vec::new();
        for name in [
            "000000010000000A000000FF",
            "000000010000000A000000FF.partial",
            "000000010000000A000000FF.00000028.backup",
            "00000001.history",
            "000000010000000000000000",
        ] {
            let parsed: LogName = name.parse().unwrap();
            assert_eq!(parsed.to_string(), name);
            places.push((parsed.id(), parsed.part()));
        }
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 5);
    }

    #[test]
    fn what_is_no_name_of_the_log_is_refused() {
        for name in [
            "",
            "../../etc/passwd",
            "00000001000000000000000",
            "0000000100000000000000011",
            "00000001000000000000000a",
            "000000010000000000000001.",
            "000000010000000000000001.28.backup",
            "0000000100000000000000010.history",
            "000000010000000000000001.00000028.backup.gz",
            "+0000001000000000000000",
        ] {
            assert_eq!(name.parse::<LogName>(), Err(NoLogName), "{name}");
        }
    }
}
