//! tus 1.0.0, the four requests of it (https://tus.io/protocols/resumable-upload).

use shared::{EncounterId, RecordingId};
use web_sys::Blob;

use super::{Call, Failure, SignedIn, browser};
use crate::logic::upload::path_of;

const VERSION: (&str, &str) = ("Tus-Resumable", "1.0.0");

impl SignedIn {
    /// Announces an upload and returns where it goes.
    pub async fn create_upload(
        self,
        encounter: EncounterId,
        name: &str,
        kind: &str,
        size: u64,
    ) -> Result<String, Failure> {
        let metadata = format!(
            "encounter_id {},filename {},filetype {}",
            base64(&encounter.to_string()),
            base64(name),
            base64(kind)
        );
        let call = Call::post("/uploads")
            .header(VERSION.0, VERSION.1)
            .header("Upload-Length", size.to_string())
            .header("Upload-Metadata", metadata);
        let answer = self.send(call).await?;
        answer
            .header("Location")
            .map(|location| path_of(&location).to_owned())
            .ok_or(Failure::Unexpected(201))
    }

    /// How many bytes of an upload have arrived, and the recording it became if it is whole.
    pub async fn find_upload_offset(self, path: &str) -> Result<(u64, Option<RecordingId>), Failure> {
        let answer = self.send(Call::new("HEAD", path).header(VERSION.0, VERSION.1)).await?;
        let offset = number(answer.header("Upload-Offset")).ok_or(Failure::Unexpected(200))?;
        Ok((offset, recording(answer.header("Recording-Id"))))
    }

    /// Sends the next piece; returns where the server now is, and the recording if that was the last.
    pub async fn send_piece(
        self,
        path: &str,
        offset: u64,
        piece: &Blob,
        cancel: Option<web_sys::AbortSignal>,
    ) -> Result<(u64, Option<RecordingId>), Failure> {
        let call = Call::new("PATCH", path)
            .header(VERSION.0, VERSION.1)
            .header("Upload-Offset", offset.to_string())
            .bytes("application/offset+octet-stream", piece)
            .until(cancel);
        let answer = self.send(call).await?;
        let now = number(answer.header("Upload-Offset")).ok_or(Failure::Unexpected(204))?;
        Ok((now, recording(answer.header("Recording-Id"))))
    }

    /// Gives an upload up.
    pub async fn delete_upload(self, path: &str) -> Result<(), Failure> {
        self.send(Call::new("DELETE", path).header(VERSION.0, VERSION.1)).await.map(drop)
    }
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
