//! Which part of an MP4 audio track is meant to be heard: the edit list (ISO 14496-12 §8.6.6), by which an
//! AAC encoder says how much of its own delay precedes the sound.
use std::io::{Read, Result, Seek, SeekFrom};
use std::ops::Range;

/// The part of the track to play, in samples at 16 kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Samples to leave out at the beginning.
    pub skip: u64,
    /// Samples to keep behind them; `None` keeps all.
    pub keep: Option<u64>,
}

/// More boxes than any recorder writes side by side.
const MOST_BOXES: usize = 4_096;
/// More delay than any encoder has, in samples: an edit that skips more is a cut somebody made.
const MOST_SKIPPED: u64 = 16_000;

/// The edit of the only audio track of a file of `len` bytes. Several tracks or several edits (a film put
/// together from takes) are left alone.
pub(crate) fn find_edit<S: Read + Seek>(source: &mut S, len: u64) -> Result<Option<Edit>> {
    let Some(movie) = only(source, &(0..len), *b"moov")? else { return Ok(None) };
    let Some(movie_scale) = timescale(source, &movie, *b"mvhd")? else { return Ok(None) };
    let mut sound = None;
    for track in all(source, &movie, *b"trak")? {
        let Some(media) = only(source, &track, *b"mdia")? else { continue };
        let Some(handler) = only(source, &media, *b"hdlr")? else { continue };
        if read(source, handler.start + 8)? == *b"soun" && sound.replace((track, media)).is_some() {
            return Ok(None);
        }
    }
    let Some((track, media)) = sound else { return Ok(None) };
    let Some(scale) = timescale(source, &media, *b"mdhd")? else { return Ok(None) };
    let Some(edits) = only(source, &track, *b"edts")? else { return Ok(None) };
    let Some(list) = only(source, &edits, *b"elst")? else { return Ok(None) };
    let [version, ..] = read::<4, _>(source, list.start)?;
    if u32::from_be_bytes(read(source, list.start + 4)?) != 1 {
        return Ok(None);
    }
    let (duration, start) = if version == 1 {
        (
            u64::from_be_bytes(read(source, list.start + 8)?),
            i64::from_be_bytes(read(source, list.start + 16)?),
        )
    } else {
        let duration = u32::from_be_bytes(read(source, list.start + 8)?);
        (u64::from(duration), i64::from(i32::from_be_bytes(read(source, list.start + 12)?)))
    };
    let at_16k = |ticks: u64, scale: u32| (u128::from(ticks) * 16_000 / u128::from(scale)) as u64;
    let skip = at_16k(u64::try_from(start).unwrap_or(0), scale);
    if skip > MOST_SKIPPED {
        return Ok(None);
    }
    Ok(Some(Edit { skip, keep: (duration > 0).then(|| at_16k(duration, movie_scale)) }))
}

/// Ticks per second, from a movie or media header.
fn timescale<S: Read + Seek>(source: &mut S, parent: &Range<u64>, kind: [u8; 4]) -> Result<Option<u32>> {
    let Some(header) = only(source, parent, kind)? else { return Ok(None) };
    let [version, ..] = read::<4, _>(source, header.start)?;
    let position = header.start + if version == 1 { 20 } else { 12 };
    Ok(Some(u32::from_be_bytes(read(source, position)?)).filter(|&scale| scale > 0))
}

fn only<S: Read + Seek>(source: &mut S, parent: &Range<u64>, kind: [u8; 4]) -> Result<Option<Range<u64>>> {
    Ok(all(source, parent, kind)?.into_iter().next())
}

/// The bodies of the boxes of one kind directly inside `parent`, each with room for what is read of it.
fn all<S: Read + Seek>(source: &mut S, parent: &Range<u64>, kind: [u8; 4]) -> Result<Vec<Range<u64>>> {
    let mut found = Vec::new();
    let mut position = parent.start;
    for _ in 0..MOST_BOXES {
        if position + 8 > parent.end {
            break;
        }
        let [a, b, c, d, name @ ..] = read::<8, _>(source, position)?;
        let (header, size) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, parent.end - position),
            1 if position + 16 <= parent.end => (16, u64::from_be_bytes(read(source, position + 8)?)),
            size => (8, u64::from(size)),
        };
        let end = position.saturating_add(size);
        if size < header || end > parent.end {
            break;
        }
        if name == kind {
            found.push(position + header..end);
        }
        position = end;
    }
    Ok(found)
}

/// Some bytes; zeros behind the end of the file, which no caller takes for a value.
fn read<const N: usize, S: Read + Seek>(source: &mut S, position: u64) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    source.seek(SeekFrom::Start(position))?;
    match source.read_exact(&mut bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(bytes),
    }
}
