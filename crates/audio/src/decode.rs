//! A recording of any known format to 16 kHz mono, streamed.
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use symphonia::core::errors::Error;
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};

use crate::edits::find_edit;
use crate::format::{HEAD_LEN, id3_len, mp4_declared_len, recognise, webm_declared_len};
use crate::output::Output;
use crate::source::Source;
use crate::track::{Track, Trouble, guarded, open};
use crate::{AudioError, ChannelDifferences, Format, SAMPLE_RATE};

/// What a recording may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest recording that is accepted, in milliseconds. Also what stops a small file that unpacks
    /// into days of sound.
    pub max_duration_ms: u64,
}

impl Default for Limits {
    /// Four hours.
    fn default() -> Self {
        Self { max_duration_ms: 4 * 3_600_000 }
    }
}

/// A stretch of sound on its way to the caller.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// 16 kHz mono, following on the chunk before. Empty now and then, when nothing could be decoded
    /// for a while: so that the caller can still show progress or stop.
    pub samples: &'a [i16],
    /// How much of the file has been read, 0 to 1.
    pub progress: f32,
}

/// What is known of a recording once all of it has been decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Length of the sound handed to the sink.
    pub duration_ms: u64,
    /// The container.
    pub format: Format,
    /// The coding, by its usual short name (`opus`, `aac`, `mp3`, `pcm_s16le` …).
    pub codec: String,
    /// Samples per second in the file (48 000 for Opus, RFC 7845 §5.1).
    pub source_rate: u32,
    /// Channels in the file; they are averaged.
    pub channels: u16,
    /// Which of two channels is louder when. `None` if there are not two, or not all the time; and of Opus, which is decoded to
    /// one.
    pub differences: Option<ChannelDifferences>,
    /// The file ended early or was damaged behind what was decoded.
    pub truncated: bool,
    /// Greatest |sample|, 0 to 32768.
    pub peak: u16,
    /// Share of samples at full scale, 0 to 1.
    pub clipped_fraction: f32,
    /// Average level relative to full scale; −120 for digital silence.
    pub rms_dbfs: f32,
}

/// Errors of the demuxer in a row after which the rest of a file is given up.
const MOST_STRIKES: u32 = 32;
/// Packets that may be undecodable, beyond as many as could be decoded.
const MOST_FAILED: u64 = 1_000;
/// Packets of other tracks in a row after which the rest of a file is given up (an hour of video
/// between two packets of sound is not a recording).
const MOST_FOREIGN: u64 = 250_000;

/// Decodes `source` to 16 kHz mono and hands it to `sink` piece by piece, until the end or until the
/// sink breaks off. Memory stays constant but for the index an MP4 file carries (about 4 bytes per 20 ms
/// of sound). A recording that is damaged behind some decodable sound succeeds, marked `truncated`.
///
/// # Errors
/// See [`AudioError`]. The sink may have received sound before an error.
pub fn decode<S>(
    mut source: S,
    limits: &Limits,
    sink: &mut dyn FnMut(Chunk<'_>) -> ControlFlow<()>,
) -> Result<Decoded, AudioError>
where
    S: Read + Seek + Send + 'static,
{
    let len = source.seek(SeekFrom::End(0)).map_err(AudioError::Source)?;
    let (format, start, head) = locate(&mut source, len)?;
    let declared = match format {
        Format::Webm => webm_declared_len(&head),
        Format::Mp4 => mp4_declared_len(len, |position, header| {
            source.seek(SeekFrom::Start(position))?;
            source.read_exact(header)
        })
        .map_err(AudioError::Source)?,
        _ => None,
    };
    let cut = declared.is_some_and(|declared| declared > len - start);
    // The demuxers ignore an element that ends behind the file, even the one with the sound in it: to
    // hear what is left of a cut recording, the file has to claim the length it once had.
    let claimed = declared.filter(|_| cut).unwrap_or(len - start);
    // WebM needs no seeking, and would be refused for an index that was cut off.
    let seekable = format != Format::Webm;
    let edit =
        if format == Format::Mp4 { find_edit(&mut source, len).map_err(AudioError::Source)? } else { None };
    let source = Source::new(source, start, claimed, seekable).map_err(AudioError::Source)?;
    let meter = source.meter();
    let failure = || meter.take_failure().map_or(AudioError::Damaged, AudioError::Source);

    let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
    let mut reader = guarded(|| open(format, stream)).map_err(|_trouble| failure())?;
    let mut track = Track::choose(reader.as_ref())?;
    let mut output = Output::new(*limits, sink);
    // An Opus track says the same in its own header as well.
    output.edit = edit.filter(|_| !track.trims_itself());
    let mut truncated = cut;
    let (mut strikes, mut foreign, mut failed, mut good) = (0, 0, 0u64, 0u64);
    loop {
        let packet = match guarded(|| reader.next_packet()) {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            // A browser's recording ends where it ends.
            Err(Trouble::Stream(Error::IoError(error)))
                if error.kind() == ErrorKind::UnexpectedEof && format == Format::Webm =>
            {
                break;
            }
            // Another stream begins in the same file (RFC 3533 §4, "chaining").
            Err(Trouble::Stream(Error::ResetRequired)) if strikes < MOST_STRIKES => {
                strikes += 1;
                match Track::choose(reader.as_ref()) {
                    Ok(next) => track = next,
                    Err(_) => truncated = true,
                }
                continue;
            }
            Err(Trouble::Stream(Error::DecodeError(_))) if strikes < MOST_STRIKES => {
                strikes += 1;
                continue;
            }
            Err(_) => {
                truncated = true;
                break;
            }
        };
        meter.next_step();
        output.progress = (meter.position() as f64 / len.max(1) as f64).min(1.0) as f32;
        if packet.track_id == track.id {
            foreign = 0;
            if format == Format::Webm {
                output.fill_gap(track.milliseconds(packet.pts))?;
            }
            match guarded(|| track.decode(&packet, &mut output)) {
                Ok(()) => {
                    good += 1;
                    strikes = 0;
                }
                Err(Trouble::Stop(error)) => return Err(error),
                Err(Trouble::Stream(_)) => failed += 1,
                Err(Trouble::Panic) => {
                    truncated = true;
                    break;
                }
            }
        } else {
            foreign += 1;
        }
        if foreign > MOST_FOREIGN || failed > MOST_FAILED + good {
            truncated = true;
            break;
        }
        output.hand_over(false)?;
    }
    if let Some(error) = meter.take_failure() {
        return Err(AudioError::Source(error));
    }
    output.progress = 1.0;
    let samples = output.finish()?;
    if samples == 0 || good == 0 {
        return Err(AudioError::Damaged);
    }
    let duration_ms = samples * 1000 / u64::from(SAMPLE_RATE);
    truncated |= track.declared_ms.is_some_and(|declared| declared > duration_ms + 500);
    Ok(Decoded {
        duration_ms,
        format,
        codec: track.codec_name,
        source_rate: track.rate,
        channels: track.channels,
        differences: output.apart.map(|apart| apart.differences),
        truncated,
        peak: output.level.peak(),
        clipped_fraction: output.level.clipped_fraction(),
        rms_dbfs: output.level.rms_dbfs(),
    })
}

/// The format of the file, where its sound begins (behind any ID3 tags) and its first bytes from there.
fn locate<S: Read + Seek>(source: &mut S, len: u64) -> Result<(Format, u64, Vec<u8>), AudioError> {
    // Taggers that disagree leave two or three.
    const MOST_TAGS: u32 = 8;
    let mut start = 0;
    for _ in 0..=MOST_TAGS {
        source.seek(SeekFrom::Start(start)).map_err(AudioError::Source)?;
        let mut head = Vec::with_capacity(HEAD_LEN);
        source.take(HEAD_LEN as u64).read_to_end(&mut head).map_err(AudioError::Source)?;
        match id3_len(&head) {
            Some(tag_len) if start + (tag_len as u64) < len => start += tag_len as u64,
            Some(_) => return Err(AudioError::Damaged),
            None => return Ok((recognise(&head)?, start, head)),
        }
    }
    Err(AudioError::NotAudio)
}
