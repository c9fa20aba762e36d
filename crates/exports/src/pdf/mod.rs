//! A PDF that can be read by everybody: PDF/UA-1 (ISO 14289-1), with headings, an outline, its language, and text
//! that can be copied.

mod book;
mod face;
mod lines;

use krilla::{
    configure::{Accessibility, ConfigurationBuilder},
    metadata::{DateTime, Metadata},
};

use self::book::Book;
use crate::{
    WriteError,
    blocks::{self, Told},
    part::{Head, Part},
};

/// The parts as a PDF.
pub fn write(parts: impl IntoIterator<Item = Part>) -> Result<Vec<u8>, WriteError> {
    let mut parts = parts.into_iter();
    let Some(Part::Head(head)) = parts.next() else { return Err(WriteError::CutOff) };
    let mut told = Told::default();
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let mut book = Book::new(configuration.unwrap_or_default(), &head)?;
    for part in std::iter::once(Part::Head(head.clone())).chain(parts) {
        for block in told.blocks(&part) {
            book.add(&block);
        }
        if matches!(part, Part::End) {
            return book.finish(metadata(&head)).map_err(WriteError::Pdf);
        }
    }
    Err(WriteError::CutOff)
}

fn metadata(head: &Head) -> Metadata {
    use chrono::{Datelike as _, Timelike as _};
    let at = head.made_at;
    let made = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(at.month() as u8)
        .day(at.day() as u8)
        .hour(at.hour() as u8)
        .minute(at.minute() as u8)
        .second(at.second() as u8)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(blocks::title(head))
        .language(head.language.clone())
        .creator("MindScribe".to_owned())
        .creation_date(made)
}
