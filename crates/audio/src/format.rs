//! What a file is, told from its bytes; names and declared types are only ever compared with it.
use crate::AudioError;

/// A container format this crate can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// RIFF/WAVE.
    Wav,
    /// MPEG audio layer III, with or without an ID3 tag.
    Mp3,
    /// ISO base media (MP4, M4A, QuickTime, 3GP).
    Mp4,
    /// AAC frames with ADTS headers, no container.
    Adts,
    /// Native FLAC.
    Flac,
    /// Ogg (Opus, Vorbis, FLAC).
    Ogg,
    /// WebM or Matroska, as browsers record it.
    Webm,
}

/// Bytes of the beginning of a file with which [`recognise`] decides as well as it ever will.
pub(crate) const HEAD_LEN: usize = 16 * 1024;

impl Format {
    /// The media type to store and serve the file under.
    pub fn media_type(self) -> &'static str {
        self.media_types()[0]
    }

    /// A file name extension without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Mp4 => "m4a",
            Self::Adts => "aac",
            Self::Flac => "flac",
            Self::Ogg => "ogg",
            Self::Webm => "webm",
        }
    }

    /// Whether a declared `Content-Type` (parameters and case ignored) is one this format goes by.
    /// An empty type and `application/octet-stream` claim nothing and so agree with every format.
    pub fn matches_media_type(self, declared: &str) -> bool {
        let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        matches!(essence.as_str(), "" | "application/octet-stream" | "binary/octet-stream")
            || self.media_types().contains(&essence.as_str())
    }

    fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::Wav => &["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/x-pn-wav"],
            Self::Mp3 => {
                &["audio/mpeg", "audio/mp3", "audio/mpeg3", "audio/x-mpeg", "audio/x-mp3", "audio/mpg"]
            }
            Self::Mp4 => &[
                "audio/mp4",
                "audio/m4a",
                "audio/x-m4a",
                "audio/mp4a-latm",
                "audio/aac",
                "audio/3gpp",
                "video/mp4",
                "video/quicktime",
                "video/3gpp",
            ],
            Self::Adts => &["audio/aac", "audio/aacp", "audio/x-aac", "audio/x-hx-aac-adts"],
            Self::Flac => &["audio/flac", "audio/x-flac"],
            Self::Ogg => &[
                "audio/ogg",
                "audio/opus",
                "audio/vorbis",
                "application/ogg",
                "audio/x-vorbis+ogg",
                "video/ogg",
            ],
            Self::Webm => &["audio/webm", "video/webm", "audio/x-matroska", "video/x-matroska"],
        }
    }
}

/// Tells a format from the first bytes of a file. 16 KiB are enough; fewer are judged as far as they
/// go. An ID3 tag longer than `head` is taken for the beginning of an MP3 file; [`crate::decode`] looks
/// behind it.
///
/// # Errors
/// [`AudioError::Empty`] without any bytes, [`AudioError::NotAudio`] for bytes of no known format.
pub fn recognise(head: &[u8]) -> Result<Format, AudioError> {
    if head.is_empty() {
        return Err(AudioError::Empty);
    }
    let mut body = head;
    while let Some(tag_len) = id3_len(body) {
        match body.get(tag_len..) {
            Some(rest) if !rest.is_empty() => body = rest,
            _ => return Ok(Format::Mp3),
        }
    }
    magic(body)
        .or_else(|| frames(body, adts_frame).then_some(Format::Adts))
        .or_else(|| frames(body, mp3_frame).then_some(Format::Mp3))
        .ok_or(AudioError::NotAudio)
}

fn magic(bytes: &[u8]) -> Option<Format> {
    let at = |start: usize, mark: &[u8]| bytes.get(start..).is_some_and(|rest| rest.starts_with(mark));
    if at(0, b"RIFF") && at(8, b"WAVE") {
        Some(Format::Wav)
    } else if at(0, b"fLaC") {
        Some(Format::Flac)
    } else if at(0, b"OggS") {
        Some(Format::Ogg)
    } else if at(4, b"ftyp") {
        Some(Format::Mp4)
    } else if at(0, &[0x1A, 0x45, 0xDF, 0xA3]) {
        // The EBML header names its document type within the first few dozen bytes.
        let early = &bytes[..bytes.len().min(128)];
        let says = |name: &[u8]| early.windows(name.len()).any(|window| window == name);
        (says(b"webm") || says(b"matroska")).then_some(Format::Webm)
    } else {
        None
    }
}

/// The whole length of an ID3v2 tag at the start of `bytes` (id3.org, ID3v2.4.0 §3.1), which is at
/// most 256 MiB.
pub(crate) fn id3_len(bytes: &[u8]) -> Option<usize> {
    let header: &[u8; 10] = bytes.first_chunk()?;
    if &header[..3] != b"ID3" || header[3] == 0xFF || header[4] == 0xFF {
        return None;
    }
    let size = header[6..10]
        .iter()
        .try_fold(0usize, |size, &byte| (byte < 0x80).then(|| size << 7 | usize::from(byte)))?;
    let footer = if header[5] & 0x10 == 0 { 0 } else { 10 };
    Some(10 + size + footer)
}

/// Whether frames follow one another from somewhere near the start: one frame header is found by
/// chance in any file, three in the right places are not.
fn frames(bytes: &[u8], frame_len: fn(&[u8]) -> Option<usize>) -> bool {
    const SEARCH: usize = 4096;
    (0..bytes.len().min(SEARCH)).any(|start| {
        let mut position = start;
        let mut found = 0;
        while let Some(len) = bytes.get(position..).and_then(frame_len) {
            found += 1;
            position += len;
            if found == 3 {
                return true;
            }
            // A very short file may end after its first frames.
            if position == bytes.len() {
                return start == 0;
            }
        }
        false
    })
}

/// Length of the layer III frame whose header `bytes` begin with (ISO 11172-3 §2.4.1.3, 13818-3).
fn mp3_frame(bytes: &[u8]) -> Option<usize> {
    const RATES: [u32; 3] = [44_100, 48_000, 32_000];
    const MPEG1: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const MPEG2: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let &[sync, kind, rates, _] = bytes.first_chunk()?;
    let layer_three = (kind >> 1) & 3 == 1;
    if sync != 0xFF || kind & 0xE0 != 0xE0 || !layer_three {
        return None;
    }
    let (table, divisor, slots) = match (kind >> 3) & 3 {
        3 => (MPEG1, 1, 144),
        2 => (MPEG2, 2, 72),
        0 => (MPEG2, 4, 72),
        _ => return None,
    };
    let bitrate = *table.get(usize::from(rates >> 4).checked_sub(1)?)? * 1000;
    let rate = *RATES.get(usize::from((rates >> 2) & 3))? / divisor;
    Some((slots * bitrate / rate + u32::from((rates >> 1) & 1)) as usize)
}

/// Length of the ADTS frame whose header `bytes` begin with (ISO 14496-3 §1.A.3.2).
fn adts_frame(bytes: &[u8]) -> Option<usize> {
    let header: &[u8; 7] = bytes.first_chunk()?;
    let rate_index = (header[2] >> 2) & 15;
    if header[0] != 0xFF || header[1] & 0xF6 != 0xF0 || rate_index > 12 {
        return None;
    }
    let len = usize::from(header[3] & 3) << 11 | usize::from(header[4]) << 3 | usize::from(header[5] >> 5);
    (len > 7).then_some(len)
}

/// Where the outermost element of a WebM file says that it ends; `None` if it does not, which is how
/// a browser records (the length is not known yet when the header is written).
pub(crate) fn webm_declared_len(head: &[u8]) -> Option<u64> {
    let (header_len, header_width) = ebml_size(head.get(4..)?)?;
    let segment = 4 + header_width + usize::try_from(header_len?).ok()?;
    let rest = head.get(segment..)?;
    if !rest.starts_with(&[0x18, 0x53, 0x80, 0x67]) {
        return None;
    }
    let (len, width) = ebml_size(rest.get(4..)?)?;
    len?.checked_add((segment + 4 + width) as u64)
}

/// Where the outermost boxes of an MP4 file say that it ends, if that is behind its real end `len`: the
/// file was cut. `read_at` fills a buffer from a position (ISO 14496-12 §4.2).
pub(crate) fn mp4_declared_len<E>(
    len: u64,
    mut read_at: impl FnMut(u64, &mut [u8; 16]) -> Result<(), E>,
) -> Result<Option<u64>, E> {
    // A fragmented recording has two boxes for every second or so.
    const MOST_BOXES: u32 = 100_000;
    let mut position = 0u64;
    for _ in 0..MOST_BOXES {
        if position + 16 > len {
            break;
        }
        let mut header = [0; 16];
        read_at(position, &mut header)?;
        let number = u128::from_be_bytes(header);
        let size = match (number >> 96) as u32 {
            // To the end of the file.
            0 => break,
            // A long one stands behind the name.
            1 => number as u64,
            size => u64::from(size),
        };
        match position.checked_add(size) {
            Some(end) if size >= 8 => position = end,
            _ => break,
        }
    }
    Ok((position > len && position < 1 << 48).then_some(position))
}

/// An EBML element size and the bytes it took (RFC 8794 §4, §6.2); all ones mean "unknown".
fn ebml_size(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let first = *bytes.first()?;
    let width = first.leading_zeros() as usize + 1;
    let mut value = u64::from(first).checked_sub(1 << (8usize.checked_sub(width)?))?;
    for &byte in bytes.get(1..width)? {
        value = value << 8 | u64::from(byte);
    }
    let unknown = value == (1u64 << (7 * width)) - 1;
    Some(((!unknown).then_some(value), width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bytes_are_empty_and_other_files_are_not_audio() {
        assert!(matches!(recognise(&[]), Err(AudioError::Empty)));
        let others: [&[u8]; 6] = [
            b"%PDF-1.7 something",
            b"\x89PNG\r\n\x1a\n",
            b"hello, this is a letter",
            &[0; 5000],
            &[0xFF; 5000],
            b"\x1A\x45\xDF\xA3 something else",
        ];
        for other in others {
            assert!(matches!(recognise(other), Err(AudioError::NotAudio)));
        }
    }

    #[test]
    fn a_declared_type_is_compared_without_parameters_and_case() {
        assert!(Format::Webm.matches_media_type("Audio/WebM;codecs=opus"));
        assert!(Format::Mp4.matches_media_type("audio/x-m4a"));
        assert!(Format::Wav.matches_media_type("application/octet-stream"));
        assert!(Format::Wav.matches_media_type(""));
        assert!(!Format::Wav.matches_media_type("audio/mpeg"));
        assert!(!Format::Mp3.matches_media_type("image/png"));
    }

    #[test]
    fn a_live_webm_declares_no_length_and_a_finished_one_does() {
        let mut live = vec![0x1A, 0x45, 0xDF, 0xA3, 0x84, 1, 2, 3, 4, 0x18, 0x53, 0x80, 0x67];
        let mut finished = live.clone();
        live.extend([0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        finished.extend([0x40, 0x02]);
        assert_eq!(webm_declared_len(&live), None);
        assert_eq!(webm_declared_len(&finished), Some(finished.len() as u64 + 2));
    }
}
