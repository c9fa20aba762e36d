//! tus 1.0.0, the four requests of it (https://tus.io/protocols/resumable-upload).

use shared::{EncounterId, RecordingId};
use web_sys::{AbortSignal, Blob};

use super::{Call, Failure, SignedIn, browser};
use crate::logic::upload::path_of;

const VERSION: (&str, &str) = ("Tus-Resumable", "1.0.0");

/// How far an upload is.
#[derive(Debug)]
pub struct Arrived {
    /// Bytes that the server has.
    pub offset: u64,
    /// The recording it became, if it is whole.
    pub recording: Option<RecordingId>,
    /// The key for what is kept here of it, while it is open.
    pub key: Option<String>,
}

/// The next bytes of an upload.
#[derive(Debug)]
pub struct Piece<'a> {
    /// Where they belong.
    pub offset: u64,
    /// Themselves.
    pub bytes: &'a Blob,
    /// Their SHA-256 in base64.
    pub checksum: Option<String>,
    /// The length of the whole, if that is known only now.
    pub ends_at: Option<u64>,
    /// What gives it up.
    pub cancel: Option<AbortSignal>,
}

impl SignedIn {
    /// Announces an upload, of a size that may show only at its end; returns where it goes, and the key for what is kept
    /// here of it until then.
    pub async fn create_upload(
        self,
        encounter: EncounterId,
        name: &str,
        kind: &str,
        size: Option<u64>,
    ) -> Result<(String, Option<String>), Failure> {
        let metadata = format!(
            "encounter_id {},filename {},filetype {}",
            base64(&encounter.to_string()),
            base64(name),
            base64(kind)
        );
        let call = Call::post("/uploads").header(VERSION.0, VERSION.1).header("Upload-Metadata", metadata);
        let call = match size {
            Some(size) => call.header("Upload-Length", size.to_string()),
            None => call.header("Upload-Defer-Length", "1"),
        };
        let answer = self.send(call).await?;
        let location = answer.header("Location").ok_or(Failure::Unexpected(201))?;
        Ok((path_of(&location).to_owned(), answer.header("Upload-Key")))
    }

    /// How far an upload is.
    pub async fn find_upload(self, path: &str) -> Result<Arrived, Failure> {
        let answer = self.send(Call::new("HEAD", path).header(VERSION.0, VERSION.1)).await?;
        Ok(Arrived {
            offset: number(answer.header("Upload-Offset")).ok_or(Failure::Unexpected(200))?,
            recording: recording(answer.header("Recording-Id")),
            key: answer.header("Upload-Key"),
        })
    }

    /// Sends the next piece; returns where the server now is, and the recording if that was the last.
    pub async fn send_piece(
        self,
        path: &str,
        piece: Piece<'_>,
    ) -> Result<(u64, Option<RecordingId>), Failure> {
        let mut call = Call::new("PATCH", path)
            .header(VERSION.0, VERSION.1)
            .header("Upload-Offset", piece.offset.to_string())
            .bytes("application/offset+octet-stream", piece.bytes)
            .until(piece.cancel);
        if let Some(checksum) = piece.checksum {
            call = call.header("Upload-Checksum", format!("sha256 {checksum}"));
        }
        if let Some(length) = piece.ends_at {
            call = call.header("Upload-Length", length.to_string());
        }
        let answer = self.send(call).await?;
        let now = number(answer.header("Upload-Offset")).ok_or(Failure::Unexpected(204))?;
        Ok((now, recording(answer.header("Recording-Id"))))
    }

    /// Ends an upload with what has arrived of it.
    pub async fn end_upload(self, path: &str) -> Result<(), Failure> {
        let offset = self.find_upload(path).await?.offset;
        let nothing = blob(&[])?;
        let end = Piece { offset, bytes: &nothing, checksum: None, ends_at: Some(offset), cancel: None };
        self.send_piece(path, end).await.map(drop)
    }

    /// Gives an upload up.
    pub async fn delete_upload(self, path: &str) -> Result<(), Failure> {
        self.send(Call::new("DELETE", path).header(VERSION.0, VERSION.1)).await.map(drop)
    }
}

/// Bytes as the browser sends them.
pub fn blob(bytes: &[u8]) -> Result<Blob, Failure> {
    let bytes = js_sys::Uint8Array::from(bytes);
    Blob::new_with_u8_array_sequence(&js_sys::Array::of1(&bytes)).map_err(|_js| Failure::Unreachable)
}

fn number(header: Option<String>) -> Option<u64> {
    header?.parse().ok()
}

fn recording(header: Option<String>) -> Option<RecordingId> {
    header?.parse().ok()
}

/// Base64 of the UTF-8 bytes, by the browser's own `btoa`.
fn base64(text: &str) -> String {
    let latin: String = text.bytes().map(char::from).collect();
    browser::window().btoa(&latin).unwrap_or_default()
}
