//! What leaves the practice about one client: a record, a note, or an accounting of disclosures, as a PDF, as FHIR R4 (but for
//! the accounting) and as plain text. And [`write_paper`] for whatever else is put on paper.
//!
//! - [`Part`] is the whole list of what can be in one. Whatever else is kept about a client, notes of the process
//!   among it (45 CFR 164.501, "psychotherapy notes"), has no variant, and so cannot get in.
//! - [`gather()`] says what of a chart is handed over: no note that nobody has signed, no transcript of a session in
//!   which somebody else could be heard, nobody else's name but of those who treat.
//! - [`write()`] takes one part after the other, so that no more than what is written is in memory.

mod blocks;
mod fhir;
mod gather;
mod part;
mod pdf;
#[cfg(test)]
mod tests;
mod text;
mod words;

use shared::record_requests::ExportFormat;

pub use blocks::Block;
pub use gather::{GatherError, Letterhead, gather, gather_accounting, gather_note};
pub use part::{Head, Part, Scope};
pub use pdf::{Paper, write_paper};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Whoever gathered the parts has given up.
    #[error("the parts end before their end")]
    CutOff,
    /// FHIR R4 has no form for an accounting of disclosures.
    #[error("an accounting has no FHIR form")]
    NotInFhir,
    /// The fonts cannot be read.
    #[error("the fonts cannot be read")]
    Fonts,
    /// The PDF is not what it should be.
    #[error("the PDF could not be written: {0:?}")]
    Pdf(krilla::error::KrillaError),
    /// It has no JSON form.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Writes parts, of which the first is [`Part::Head`] and the last [`Part::End`].
///
/// # Errors
/// [`WriteError`].
pub fn write(format: ExportFormat, parts: impl IntoIterator<Item = Part>) -> Result<Vec<u8>, WriteError> {
    match format {
        ExportFormat::Pdf => pdf::write(parts),
        ExportFormat::Fhir => fhir::write(parts),
        ExportFormat::Text => text::write(parts),
    }
}

/// The media type of a format.
pub fn media_type(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Pdf => "application/pdf",
        ExportFormat::Fhir => "application/fhir+json",
        ExportFormat::Text => "text/plain; charset=utf-8",
    }
}

/// What a file of this format is called at its end.
pub fn extension(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Pdf => "pdf",
        ExportFormat::Fhir => "json",
        ExportFormat::Text => "txt",
    }
}
