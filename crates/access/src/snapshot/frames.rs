//! The form of a snapshot: a mark, then frames of a kind (1 byte), a length (4 bytes, big-endian) and as many bytes.

use std::io;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Format 1.
const MARK: &[u8; 8] = b"MSSNAP\x00\x01";
/// What one frame holds at most; a reader never holds more.
const LONGEST: usize = 1 << 20;

const TABLE: u8 = b'T';
const DATA: u8 = b'D';
const END: u8 = b'Z';

/// Which rows follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The table's name; empty for the file of an embedded database.
    pub name: String,
    /// Its columns, in the order in which they follow.
    pub columns: Vec<String>,
}

/// One step of a snapshot.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// Rows of a table follow.
    Table(Table),
    /// Some of them, as the database wrote them.
    Data(Vec<u8>),
}

/// Why a snapshot could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// It is not in this form, or cut off.
    #[error("the snapshot is damaged or cut off")]
    Damaged,
    /// It could not be read at all.
    #[error("the snapshot could not be read")]
    Io(#[from] io::Error),
}

/// Writes frames.
pub(super) struct FrameWriter<'a, W>(&'a mut W);

impl<'a, W: AsyncWrite + Unpin> FrameWriter<'a, W> {
    pub(super) async fn begin(out: &'a mut W) -> io::Result<Self> {
        out.write_all(MARK).await?;
        Ok(Self(out))
    }

    pub(super) async fn table(&mut self, table: &Table) -> io::Result<()> {
        self.frame(TABLE, &serde_json::to_vec(table)?).await
    }

    pub(super) async fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(LONGEST) {
            self.frame(DATA, piece).await?;
        }
        Ok(())
    }

    /// Without this it counts as cut off.
    pub(super) async fn end(mut self) -> io::Result<()> {
        self.frame(END, &[]).await?;
        self.0.flush().await
    }

    async fn frame(&mut self, kind: u8, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(|_too_long| io::ErrorKind::InvalidInput)?;
        self.0.write_u8(kind).await?;
        self.0.write_u32(length).await?;
        self.0.write_all(bytes).await
    }
}

/// Reads frames.
#[derive(Debug)]
pub struct FrameReader<'a, R>(&'a mut R);

impl<'a, R: AsyncRead + Unpin> FrameReader<'a, R> {
    /// Begins to read.
    ///
    /// # Errors
    /// [`FrameError`].
    pub async fn begin(source: &'a mut R) -> Result<Self, FrameError> {
        let mut mark = [0; MARK.len()];
        fill(source, &mut mark).await?;
        if &mark == MARK { Ok(Self(source)) } else { Err(FrameError::Damaged) }
    }

    /// The next frame; `None` at the end, and nowhere else.
    ///
    /// # Errors
    /// [`FrameError`].
    pub async fn next(&mut self) -> Result<Option<Frame>, FrameError> {
        let mut head = [0; 5];
        fill(self.0, &mut head).await?;
        let [kind, length @ ..] = head;
        let length = u32::from_be_bytes(length) as usize;
        if length > LONGEST {
            return Err(FrameError::Damaged);
        }
        let mut bytes = vec![0; length];
        fill(self.0, &mut bytes).await?;
        match kind {
            TABLE => serde_json::from_slice(&bytes)
                .map(|it| Some(Frame::Table(it)))
                .map_err(|_not_json| FrameError::Damaged),
            DATA => Ok(Some(Frame::Data(bytes))),
            END if length == 0 => Ok(None),
            _ => Err(FrameError::Damaged),
        }
    }
}

async fn fill(source: &mut (impl AsyncRead + Unpin), bytes: &mut [u8]) -> Result<(), FrameError> {
    match source.read_exact(bytes).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(FrameError::Damaged),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn written() -> Vec<u8> {
        let mut out = Vec::new();
        let mut frames = FrameWriter::begin(&mut out).await.unwrap();
        let table = Table { name: "clients".to_owned(), columns: vec!["id".to_owned()] };
        frames.table(&table).await.unwrap();
        frames.data(&vec![7; LONGEST + 1]).await.unwrap();
        frames.end().await.unwrap();
        out
    }

    async fn read(bytes: &[u8]) -> Result<Vec<Frame>, FrameError> {
        let mut source = bytes;
        let mut frames = FrameReader::begin(&mut source).await?;
        let mut all = Vec::new();
        while let Some(frame) = frames.next().await? {
            all.push(frame);
        }
        Ok(all)
    }

    #[tokio::test]
    async fn what_was_written_is_read() {
        let frames = read(&written().await).await.unwrap();
        let table = Table { name: "clients".to_owned(), columns: vec!["id".to_owned()] };
        assert_eq!(frames, [Frame::Table(table), Frame::Data(vec![7; LONGEST]), Frame::Data(vec![7])]);
    }

    #[tokio::test]
    async fn one_that_was_cut_off_anywhere_is_refused() {
        let whole = written().await;
        for length in (0..60).chain([whole.len() - 6, whole.len() - 1]) {
            assert!(matches!(read(&whole[..length]).await, Err(FrameError::Damaged)), "{length}");
        }
    }

    #[tokio::test]
    async fn a_frame_that_says_it_is_huge_takes_no_memory() {
        let mut bytes = MARK.to_vec();
        bytes.extend([DATA, 0xff, 0xff, 0xff, 0xff]);
        assert!(matches!(read(&bytes).await, Err(FrameError::Damaged)));
    }
}
