//! Plain text.

use std::fmt::Write as _;

use crate::{
    WriteError,
    blocks::{Block, Told},
    part::Part,
};

/// The parts as plain text.
pub fn write(parts: impl IntoIterator<Item = Part>) -> Result<Vec<u8>, WriteError> {
    let (mut told, mut text) = (Told::default(), String::new());
    for part in parts {
        let is_last = matches!(part, Part::End);
        for block in told.blocks(&part) {
            match block {
                Block::Heading(level, words) => {
                    let rule = if level == 1 { "=" } else { "-" };
                    let line =
                        if level < 3 { rule.repeat(words.chars().count()) + "\n" } else { String::new() };
                    let _ = write!(text, "\n{words}\n{line}");
                }
                Block::Paragraph(words) => text.push_str(&(words + "\n")),
                Block::Row(label, words) => text.push_str(&[&label, ": ", &words, "\n"].concat()),
            }
        }
        if is_last {
            return Ok(text.into_bytes());
        }
    }
    Err(WriteError::CutOff)
}
