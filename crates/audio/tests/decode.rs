//! Decoding of real files: what comes out is what went in, and what cannot be decoded says why.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use audio::{AudioError, Decoded, Format, Limits, Peaks, VoiceActivity, decode, recognise, speech_ms};
use proptest::prelude::*;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

fn run(bytes: Vec<u8>, limits: Limits) -> (Vec<i16>, Result<Decoded, AudioError>) {
    let mut samples = Vec::new();
    let result = decode(Cursor::new(bytes), &limits, &mut |chunk| {
        samples.extend_from_slice(chunk.samples);
        ControlFlow::Continue(())
    });
    (samples, result)
}

fn decoded(name: &str) -> (Vec<i16>, Decoded) {
    let (samples, result) = run(fixture(name), Limits::default());
    (samples, result.unwrap_or_else(|error| panic!("{name}: {error}")))
}

fn refusal(bytes: Vec<u8>) -> AudioError {
    run(bytes, Limits::default()).1.unwrap_err()
}

/// The reference, read without the code under test: it has a plain 44-byte header.
fn reference() -> Vec<i16> {
    fixture("reference.wav")[44..]
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

fn correlation(a: &[i16], b: &[i16]) -> f64 {
    let dot =
        |x: &[i16], y: &[i16]| -> f64 { x.iter().zip(y).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum() };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// Best correlation with the reference, and the delay in samples at which it is found.
fn likeness(samples: &[i16], most_delay: usize) -> (f64, usize) {
    let reference = reference();
    (0..=most_delay)
        .map(|delay| {
            let len = reference.len().min(samples.len() - delay);
            (correlation(&samples[delay..delay + len], &reference[..len]), delay)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap()
}

#[test]
fn every_format_decodes_to_the_speech_that_was_encoded() {
    // Name, format, coding, least correlation at delay zero, greatest difference in length (ms).
    let files = [
        ("reference.wav", Format::Wav, "pcm_s16le", 0.9999, 0),
        ("mulaw_stereo.wav", Format::Wav, "pcm_mulaw", 0.97, 1),
        ("speech.flac", Format::Flac, "flac", 0.9999, 1),
        ("speech.mp3", Format::Mp3, "mp3", 0.98, 30),
        ("speech.m4a", Format::Mp4, "aac", 0.98, 30),
        ("vorbis.ogg", Format::Ogg, "vorbis", 0.98, 30),
        ("opus.ogg", Format::Ogg, "opus", 0.97, 1),
        ("opus.mp4", Format::Mp4, "opus", 0.97, 30),
        ("speech.webm", Format::Webm, "opus", 0.97, 30),
        ("live.webm", Format::Webm, "opus", 0.97, 30),
    ];
    for (name, format, codec, least, most_ms) in files {
        let (samples, decoded) = decoded(name);
        assert_eq!(
            (decoded.format, decoded.codec.as_str(), decoded.truncated),
            (format, codec, false),
            "{name}"
        );
        assert_eq!(recognise(&fixture(name)).unwrap(), format, "{name}");
        let (best, delay) = likeness(&samples, 0);
        assert!(best >= least, "{name}: correlation {best} at {delay}");
        assert!(decoded.duration_ms.abs_diff(1850) <= most_ms, "{name}: {} ms", decoded.duration_ms);
        assert_eq!(decoded.duration_ms, samples.len() as u64 / 16);
    }
}

#[test]
fn aac_without_an_edit_list_begins_with_the_coders_own_delay() {
    for name in ["speech.aac", "fragmented.m4a"] {
        let (samples, _) = decoded(name);
        let (best, delay) = likeness(&samples, 1_000);
        assert!(best > 0.98 && delay < 400, "{name}: correlation {best} at {delay}");
    }
}

#[test]
fn a_browsers_recording_decodes() {
    for (name, format) in [("browser.webm", Format::Webm), ("browser.mp4", Format::Mp4)] {
        let (samples, decoded) = decoded(name);
        assert_eq!((decoded.format, decoded.codec.as_str(), decoded.source_rate), (format, "opus", 48_000));
        assert!(!decoded.truncated && (1_800..2_200).contains(&decoded.duration_ms), "{name}: {decoded:?}");
        let (best, _) = likeness(&samples, 3_000);
        assert!(best > 0.95, "{name}: {best}");
    }
}

#[test]
fn each_kind_of_bad_file_has_its_own_refusal() {
    assert!(matches!(refusal(vec![]), AudioError::Empty));
    assert!(matches!(refusal(b"%PDF-1.7 not a recording".to_vec()), AudioError::NotAudio));
    assert!(matches!(refusal(b"ID3\x04\0\0\0\0\0\0".repeat(10_000)), AudioError::NotAudio));
    assert!(matches!(refusal(fixture("video_only.webm")), AudioError::NoAudioTrack));
    assert!(matches!(refusal(fixture("video_only.mp4")), AudioError::NoAudioTrack));
    assert!(matches!(refusal(fixture("ac3.mkv")), AudioError::UnsupportedCodec(name) if name == "ac-3"));
    // The index of this file lies at its end.
    let m4a = fixture("speech.m4a");
    assert!(matches!(refusal(m4a[..m4a.len() / 2].to_vec()), AudioError::Damaged));
    assert!(matches!(refusal(fixture("reference.wav")[..44].to_vec()), AudioError::Damaged));
}

#[test]
fn what_is_left_of_a_cut_file_is_decoded_and_marked() {
    for name in ["reference.wav", "speech.flac", "speech.mp3", "opus.ogg", "vorbis.ogg", "speech.webm"] {
        let whole = fixture(name);
        let (samples, result) = run(whole[..whole.len() * 2 / 3].to_vec(), Limits::default());
        let decoded = result.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(decoded.truncated, "{name}");
        assert!((400..1_700).contains(&decoded.duration_ms), "{name}: {} ms", decoded.duration_ms);
        assert!(likeness(&samples, 0).0 > 0.95, "{name}");
    }
    let (_, cut_m4a) = decoded("truncated.m4a");
    assert!(cut_m4a.truncated && (500..1_400).contains(&cut_m4a.duration_ms), "{cut_m4a:?}");
}

#[test]
fn a_live_recording_may_end_anywhere() {
    let whole = fixture("browser.webm");
    let (_, result) = run(whole[..whole.len() - 100].to_vec(), Limits::default());
    assert!((1_500..2_000).contains(&result.unwrap().duration_ms));
}

#[test]
fn a_large_id3_tag_is_stepped_over() {
    let picture = 300_000usize;
    let size: Vec<u8> = (0..4).rev().map(|shift| (picture >> (7 * shift) & 0x7F) as u8).collect();
    let mut bytes = [b"ID3\x04\0\0".as_slice(), &size].concat();
    bytes.resize(10 + picture, 0xFF);
    bytes.extend(fixture("speech.mp3"));
    assert_eq!(recognise(&bytes[..16_384]).unwrap(), Format::Mp3);
    let (samples, result) = run(bytes, Limits::default());
    assert_eq!(result.unwrap().format, Format::Mp3);
    assert!(likeness(&samples, 0).0 > 0.98);
}

#[test]
fn a_recording_over_the_limit_is_refused_before_it_is_all_decoded() {
    let (samples, result) = run(fixture("speech.flac"), Limits { max_duration_ms: 1_000 });
    assert!(matches!(result, Err(AudioError::TooLong { limit_ms: 1_000 })));
    assert!(samples.len() <= 16_000);
}

#[test]
fn the_caller_can_stop_and_sees_progress() {
    let mut calls = 0;
    let result = decode(Cursor::new(fixture("speech.flac")), &Limits::default(), &mut |_| {
        calls += 1;
        ControlFlow::Break(())
    });
    assert!(matches!(result, Err(AudioError::Cancelled)));
    assert_eq!(calls, 1);

    let mut progress = vec![0.0];
    decode(Cursor::new(fixture("reference.wav")), &Limits::default(), &mut |chunk| {
        progress.push(chunk.progress);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(progress.is_sorted() && progress.len() > 5 && progress.last() == Some(&1.0), "{progress:?}");
}

/// A reader that fails in the middle, as a decrypting one does on a tampered chunk.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.0.position() > 30_000 {
            return Err(std::io::Error::other("the chunk was tampered with"));
        }
        self.0.read(buffer)
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_failing_source_is_not_taken_for_a_damaged_recording() {
    let source = Failing(Cursor::new(fixture("reference.wav")));
    let result = decode(source, &Limits::default(), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(result, Err(AudioError::Source(error)) if error.to_string().contains("tampered")));
}

/// A file with a long stretch of zeros in it, which takes no memory, and a count of what was read.
struct Sparse {
    head: Vec<u8>,
    zeros: u64,
    tail: Vec<u8>,
    position: u64,
    read: Arc<AtomicU64>,
}

impl Sparse {
    fn new(head: &[u8], zeros: u64, tail: &[u8]) -> (Self, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        let (head, tail) = (head.to_vec(), tail.to_vec());
        (Self { head, zeros, tail, position: 0, read: Arc::clone(&read) }, read)
    }
}

impl Read for Sparse {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (head, behind) = (self.head.len() as u64, self.head.len() as u64 + self.zeros);
        let count = if self.position < head {
            (&self.head[self.position as usize..]).read(buffer)?
        } else if self.position < behind {
            std::io::repeat(0).take(behind - self.position).read(buffer)?
        } else {
            let from = ((self.position - behind) as usize).min(self.tail.len());
            (&self.tail[from..]).read(buffer)?
        };
        self.position += count as u64;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let len = self.head.len() as u64 + self.zeros + self.tail.len() as u64;
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => len.checked_add_signed(offset),
        };
        self.position = target.ok_or(std::io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

fn position(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).unwrap()
}

#[test]
fn a_packet_of_a_gigabyte_is_not_read_into_memory() {
    let live = fixture("live.webm");
    let cluster = position(&live, &[0x1F, 0x43, 0xB6, 0x75]);
    // A cluster of unknown size at time zero with one block of 1 GiB.
    let block = [&live[..cluster], &[0x1F, 0x43, 0xB6, 0x75, 0xFF, 0xE7, 0x81, 0, 0xA3, 0x08, 0x40, 0, 0, 0]]
        .concat();
    let (source, read) = Sparse::new(&block, 1 << 30, &[]);
    let result = decode(source, &Limits::default(), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(result, Err(AudioError::Damaged)), "{result:?}");
    assert!(read.load(Ordering::Relaxed) < 64 << 20);
}

#[test]
fn an_index_behind_three_gigabytes_is_found_without_reading_them() {
    let m4a = fixture("speech.m4a");
    let (data, index) = (position(&m4a, b"mdat") - 4, position(&m4a, b"moov") - 4);
    let mut head = m4a[..index].to_vec();
    let zeros = 3u64 << 30;
    let size = (index - data) as u64 + zeros;
    head[data..data + 4].copy_from_slice(&u32::try_from(size).unwrap().to_be_bytes());
    let (source, read) = Sparse::new(&head, zeros, &m4a[index..]);
    let result = decode(source, &Limits::default(), &mut |_| ControlFlow::Continue(()));
    assert_eq!(result.unwrap().duration_ms, 1850);
    assert!(read.load(Ordering::Relaxed) < 2 << 20);
}

#[test]
fn a_gap_in_the_clock_of_a_browsers_recording_is_silence() {
    let mut bytes = fixture("live.webm");
    let marker = [0x1F, 0x43, 0xB6, 0x75];
    let clusters: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(&marker)).collect();
    assert!(clusters.len() > 2);
    // The third cluster and all behind it come a second later.
    for &cluster in &clusters[2..] {
        let time = cluster + position(&bytes[cluster..], &[0xE7, 0x82]) + 2;
        let later = u16::from_be_bytes([bytes[time], bytes[time + 1]]) + 1_000;
        bytes[time..time + 2].copy_from_slice(&later.to_be_bytes());
    }
    let (samples, result) = run(bytes, Limits::default());
    assert!((2_840..2_870).contains(&result.unwrap().duration_ms));
    let longest = samples.split(|&sample| sample != 0).map(<[i16]>::len).max().unwrap();
    assert!((15_500..16_500).contains(&longest), "{longest}");
}

#[test]
fn two_utterances_are_found_where_they_were_put() {
    // Put together from 1.5 s pause, 1.81 s speech, 2 s pause, 1.35 s speech, 1.2 s pause; see README.
    let said = [(1_500, 3_309), (5_309, 6_656)];
    let (samples, decoded) = decoded("two_voices.ogg");
    for chunk in [1, 160, 256, 4_000, samples.len()] {
        for divisor in [1, 8, 64] {
            let mut voice = VoiceActivity::new();
            let quiet: Vec<i16> = samples.iter().map(|sample| sample / divisor).collect();
            quiet.chunks(chunk).for_each(|part| voice.push(part));
            let spans = voice.finish().spans;
            assert_eq!(spans.len(), 2, "{spans:?} at 1/{divisor}");
            for (span, (start_ms, end_ms)) in spans.iter().zip(said) {
                assert!(
                    span.start_ms <= start_ms && start_ms - span.start_ms < 350,
                    "{span:?} at 1/{divisor}"
                );
                assert!(span.end_ms + 20 >= end_ms && span.end_ms < end_ms + 450, "{span:?} at 1/{divisor}");
            }
            assert!(spans.last().unwrap().end_ms <= decoded.duration_ms);
            assert!(speech_ms(&spans) < 5_000);
        }
    }
}

#[test]
fn the_outline_shows_the_pauses() {
    let (samples, _) = decoded("two_voices.ogg");
    let mut peaks = Peaks::new(100);
    peaks.push(&samples);
    let peaks = peaks.finish();
    assert!(peaks[..15].iter().all(|&peak| peak < 4), "{peaks:?}");
    assert!(*peaks.iter().max().unwrap() > 60);
}

const FIXTURES: [&str; 16] = [
    "ac3.mkv",
    "browser.mp4",
    "browser.webm",
    "fragmented.m4a",
    "live.webm",
    "mulaw_stereo.wav",
    "opus.mp4",
    "opus.ogg",
    "speech.aac",
    "speech.flac",
    "speech.m4a",
    "speech.mp3",
    "speech.webm",
    "truncated.m4a",
    "video_only.mp4",
    "vorbis.ogg",
];

const MAGIC: [&[u8]; 9] = [
    b"RIFF\0\x10\0\0WAVE",
    b"OggS",
    b"fLaC",
    b"ID3\x04\0\0\0\0\0\x05",
    b"\0\0\0\x18ftypM4A ",
    b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67\xFF",
    b"\xFF\xFB\x90\x64",
    b"\xFF\xF1\x50\x80",
    b"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_mangled_file_ends_in_sound_or_a_refusal(
        name in prop::sample::select(FIXTURES.as_slice()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 0..12),
        keep in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = fixture(name);
        for (index, value, in_header) in changes {
            let range = if in_header { bytes.len().min(600) } else { bytes.len() };
            bytes[index.index(range)] = value;
        }
        if let Some(keep) = keep {
            bytes.truncate(keep.index(bytes.len() + 1));
        }
        let (samples, result) = run(bytes, Limits { max_duration_ms: 60_000 });
        prop_assert!(samples.len() <= 60 * 16_000);
        if let Ok(decoded) = result {
            prop_assert_eq!(decoded.duration_ms, samples.len() as u64 / 16);
        }
    }

    #[test]
    fn any_bytes_end_in_sound_or_a_refusal(
        magic in prop::sample::select(MAGIC.as_slice()),
        rest in prop::collection::vec(any::<u8>(), 0..3_000),
    ) {
        let bytes = [magic, &rest].concat();
        prop_assert_eq!(matches!(recognise(&bytes), Err(AudioError::Empty)), bytes.is_empty());
        let _ = run(bytes, Limits { max_duration_ms: 60_000 });
    }
}
