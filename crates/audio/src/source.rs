//! The file as the demuxers see it: starts at the sound, reports its position, and has a limit on how
//! much may be read for one packet.
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use symphonia::core::io::MediaSource;

/// Most bytes that opening a file, or finding one packet in it, may read. The demuxers keep in memory
/// at most what they read, so that a file cannot make them keep more than this.
const MOST_PER_STEP: u64 = 48 * 1024 * 1024;

/// What the demuxers read through.
pub(crate) struct Source<S> {
    inner: Mutex<S>,
    base: u64,
    len: u64,
    position: u64,
    seekable: bool,
    meter: Arc<Meter>,
}

/// Shared with the decoding loop.
#[derive(Default)]
pub(crate) struct Meter {
    position: AtomicU64,
    since_packet: AtomicU64,
    failure: Mutex<Option<Error>>,
}

impl Meter {
    /// Position of the latest read, in bytes behind the start of the sound.
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    /// A packet was found (or the file opened): the next may read as much again.
    pub fn next_step(&self) {
        self.since_packet.store(0, Ordering::Relaxed);
    }

    /// The error of the caller's reader, which the demuxers may have taken for the end of the file.
    pub fn take_failure(&self) -> Option<Error> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn failed(&self, error: Error) -> Error {
        let kind = error.kind();
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        Error::from(kind)
    }
}

impl<S: Read + Seek> Source<S> {
    /// `inner` from byte `base` on, `len` bytes of it; it may in truth end earlier. Without `seekable` it
    /// is read from front to back.
    pub fn new(mut inner: S, base: u64, len: u64, seekable: bool) -> Result<Self> {
        inner.seek(SeekFrom::Start(base))?;
        Ok(Self { inner: Mutex::new(inner), base, len, position: 0, seekable, meter: Arc::default() })
    }

    pub fn meter(&self) -> Arc<Meter> {
        Arc::clone(&self.meter)
    }
}

impl<S: Read> Read for Source<S> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read_before = self.meter.since_packet.load(Ordering::Relaxed);
        if read_before > MOST_PER_STEP {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        let inner = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        let count = loop {
            match inner.read(buffer) {
                Ok(count) => break count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.meter.failed(error)),
            }
        };
        self.position += count as u64;
        self.meter.position.store(self.position, Ordering::Relaxed);
        self.meter.since_packet.store(read_before + count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl<S: Seek> Seek for Source<S> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.len.checked_add_signed(offset),
        };
        // Behind the end there is nothing to read; some readers cannot go there at all.
        let target = target.ok_or(ErrorKind::InvalidInput)?.min(self.len);
        let inner = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        inner.seek(SeekFrom::Start(self.base + target)).map_err(|error| self.meter.failed(error))?;
        self.position = target;
        Ok(target)
    }
}

impl<S: Read + Seek + Send> MediaSource for Source<S> {
    fn is_seekable(&self) -> bool {
        self.seekable
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len)
    }
}
