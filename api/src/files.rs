//! A file about a client, written while it is gathered.

use actix_web::{HttpResponse, http::header};
use exports::{GatherError, Letterhead, Part};
use shared::{errors::ErrorCode, record_requests::ExportFormat};
use tokio::sync::mpsc::{self, Sender};

use crate::{App, Refusal};

/// Parts that wait to be written: more are not gathered before these are.
const WAITING: usize = 8;

impl From<GatherError> for Refusal {
    fn from(error: GatherError) -> Self {
        match error {
            GatherError::Forbidden(forbidden) => forbidden.into(),
            GatherError::NotFound => Self::new(ErrorCode::NotFound),
            GatherError::Gone => Self::failed(error),
            GatherError::Access(error) => error.into(),
        }
    }
}

/// What stands above what the practice hands over.
///
/// # Errors
/// The database or the keys fail.
pub async fn letterhead(tx: &mut access::Tx) -> Result<Letterhead, Refusal> {
    let practice = identity::load_practice(tx).await?;
    let language = practice.locale.unwrap_or_else(|| "en".to_owned());
    Ok(Letterhead { practice_name: practice.name, language })
}

/// Writes what is gathered, on a thread of its own: a long record takes seconds of computing.
///
/// # Errors
/// It could not be gathered or written.
pub async fn written(
    format: ExportFormat,
    gather: impl AsyncFnOnce(Sender<Part>) -> Result<(), Refusal>,
) -> Result<Vec<u8>, Refusal> {
    let (parts, mut gathered) = mpsc::channel(WAITING);
    let writing = tokio::task::spawn_blocking(move || {
        exports::write(format, std::iter::from_fn(|| gathered.blocking_recv()))
    });
    let done = gather(parts).await;
    let file = writing.await;
    done?;
    file.map_err(Refusal::failed)?.map_err(Refusal::failed)
}

/// A file to be saved. Its name says nothing about the client.
pub fn answer(app: &App, name: &str, format: ExportFormat, file: Vec<u8>) -> HttpResponse {
    let day = app.database.clock().now().date_naive();
    let disposition = format!("attachment; filename=\"{name}-{day}.{}\"", exports::extension(format));
    HttpResponse::Ok()
        .content_type(exports::media_type(format))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(file)
}
