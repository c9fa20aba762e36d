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
    blocks::{self, Block, Told},
    part::Part,
};

/// The parts as a PDF.
pub fn write(parts: impl IntoIterator<Item = Part>) -> Result<Vec<u8>, WriteError> {
    let mut parts = parts.into_iter();
    let Some(Part::Head(head)) = parts.next() else { return Err(WriteError::CutOff) };
    let mut told = Told::default();
    let paper = Paper {
        title: blocks::title(&head),
        jurisdiction: head.client.jurisdiction.clone(),
        language: head.language.clone(),
        made_at: head.made_at,
    };
    let mut book = book(&paper)?;
    for part in std::iter::once(Part::Head(head)).chain(parts) {
        for block in told.blocks(&part) {
            book.add(&block);
        }
        if matches!(part, Part::End) {
            return book.finish(metadata(&paper)).map_err(WriteError::Pdf);
        }
    }
    Err(WriteError::CutOff)
}

/// What stands on a paper and around it.
#[derive(Debug, Clone)]
pub struct Paper {
    /// What it is called.
    pub title: String,
    /// Where it is read, e.g. `US-CA`: what the sheets are like there.
    pub jurisdiction: String,
    /// In which language it is (BCP 47).
    pub language: String,
    /// When it was made.
    pub made_at: chrono::DateTime<chrono::Utc>,
}

/// Blocks as a PDF.
///
/// # Errors
/// [`WriteError`].
pub fn write_paper(paper: &Paper, blocks: &[Block]) -> Result<Vec<u8>, WriteError> {
    let mut book = book(paper)?;
    for block in blocks {
        book.add(block);
    }
    book.finish(metadata(paper)).map_err(WriteError::Pdf)
}

fn book(paper: &Paper) -> Result<Book, WriteError> {
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    Book::new(configuration.unwrap_or_default(), paper.title.clone(), &paper.jurisdiction)
}

fn metadata(paper: &Paper) -> Metadata {
    use chrono::{Datelike as _, Timelike as _};
    let at = paper.made_at;
    let made = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(at.month() as u8)
        .day(at.day() as u8)
        .hour(at.hour() as u8)
        .minute(at.minute() as u8)
        .second(at.second() as u8)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(paper.title.clone())
        .language(paper.language.clone())
        .creator("MindScribe".to_owned())
        .creation_date(made)
}
