//! A ZIP archive (PKWARE APPNOTE 6.3.10, with data descriptors) that is written while it is sent: no file in it is in
//! memory as a whole.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use tokio::sync::mpsc;
use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Chunks that wait for whoever receives them: more are not made before these are taken.
const WAITING: usize = 4;
/// From this size on what was written is sent.
const CHUNK: usize = 64 * 1024;

/// The archive, as it is written.
pub struct Archive {
    writer: ZipWriter<StreamWriter<Pipe>>,
    pipe: Pipe,
    chunks: mpsc::Sender<io::Result<Bytes>>,
}

/// An empty archive, and where its bytes come out.
pub fn begin() -> (Archive, mpsc::Receiver<io::Result<Bytes>>) {
    let (chunks, receiver) = mpsc::channel(WAITING);
    let pipe = Pipe::default();
    (Archive { writer: ZipWriter::new_stream(pipe.clone()), pipe, chunks }, receiver)
}

impl Archive {
    /// Begins a file of text.
    ///
    /// # Errors
    /// Nobody receives it any more.
    pub fn begin_text(&mut self, name: &str) -> io::Result<()> {
        self.begin(name, CompressionMethod::Deflated)
    }

    /// Begins a file that is compressed already, and may be large.
    ///
    /// # Errors
    /// As [`begin_text`](Self::begin_text).
    pub fn begin_sound(&mut self, name: &str) -> io::Result<()> {
        self.begin(name, CompressionMethod::Stored)
    }

    fn begin(&mut self, name: &str, method: CompressionMethod) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        Ok(self.writer.start_file(name, options)?)
    }

    /// Adds to the file that was begun last; waits for whoever receives it.
    ///
    /// # Errors
    /// As [`begin_text`](Self::begin_text).
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(CHUNK) {
            self.writer.write_all(piece)?;
            if self.pipe.len() >= CHUNK {
                self.send().await?;
            }
        }
        Ok(())
    }

    /// Writes the list of what is in it, without which no program opens it.
    ///
    /// # Errors
    /// As [`begin_text`](Self::begin_text).
    pub async fn finish(self) -> io::Result<()> {
        let Self { writer, pipe, chunks } = self;
        writer.finish()?;
        send(&pipe, &chunks).await
    }

    /// Cuts it off: whoever receives it is told that it failed.
    pub async fn cut_off(&self) {
        let _ = self.chunks.send(Err(io::ErrorKind::Interrupted.into())).await;
    }

    async fn send(&self) -> io::Result<()> {
        send(&self.pipe, &self.chunks).await
    }
}

async fn send(pipe: &Pipe, chunks: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
    chunks.send(Ok(pipe.take())).await.map_err(|_gone| io::ErrorKind::BrokenPipe.into())
}

/// What was written and not yet sent.
#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
