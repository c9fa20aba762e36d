//! Opening a file, choosing its audio track, decoding that track's packets.
use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_AC3, CODEC_ID_ADPCM_IMA_WAV, CODEC_ID_ADPCM_MS, CODEC_ID_DCA, CODEC_ID_EAC3,
    CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_OPUS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::packet::Packet;
use symphonia::core::units::{TimeBase, Timestamp};
use symphonia::default::formats::{
    AdtsReader, FlacReader, IsoMp4Reader, MkvReader, MpaReader, OggReader, WavReader,
};

use crate::opus::OpusPackets;
use crate::output::Output;
use crate::resample::RATES;
use crate::{AudioError, Format};

/// A demuxer for the format. The probing of symphonia is not used: it guesses, and reads tags that nobody
/// needs.
pub(crate) fn open(
    format: Format,
    stream: MediaSourceStream<'static>,
) -> Result<Box<dyn FormatReader>, Error> {
    let options = FormatOptions::default().seek_index_fill_period_ms(u16::MAX);
    Ok(match format {
        Format::Wav => Box::new(WavReader::try_new(stream, options)?),
        Format::Mp3 => Box::new(MpaReader::try_new(stream, options)?),
        Format::Mp4 => Box::new(IsoMp4Reader::try_new(stream, options)?),
        Format::Adts => Box::new(AdtsReader::try_new(stream, options)?),
        Format::Flac => Box::new(FlacReader::try_new(stream, options)?),
        Format::Ogg => Box::new(OggReader::try_new(stream, options)?),
        Format::Webm => Box::new(MkvReader::try_new(stream, options)?),
    })
}

/// Why a step did not succeed.
pub(crate) enum Trouble {
    Stream(Error),
    Stop(AudioError),
    Panic,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Stream(error)
    }
}

impl From<AudioError> for Trouble {
    fn from(error: AudioError) -> Self {
        Self::Stop(error)
    }
}

/// Runs one step of a demuxer or decoder. They check their input, but they are large and take theirs
/// from strangers: a panic in one of them (an index out of bounds in a crafted packet) must end this
/// recording and not the process. Nothing they touched is used afterwards.
pub(crate) fn guarded<T, E: Into<Trouble>>(step: impl FnOnce() -> Result<T, E>) -> Result<T, Trouble> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(Trouble::Panic),
    }
}

enum Codec {
    Opus(OpusPackets),
    Other(Box<dyn AudioDecoder>),
}

/// The audio track of a file and its decoder.
pub(crate) struct Track {
    pub id: u32,
    codec: Codec,
    pub codec_name: String,
    pub rate: u32,
    pub channels: u16,
    time_base: Option<TimeBase>,
    pub declared_ms: Option<u64>,
    interleaved: Vec<f32>,
}

impl Track {
    /// The first audio track that can be decoded.
    pub fn choose(reader: &dyn FormatReader) -> Result<Self, AudioError> {
        let mut refusal = AudioError::NoAudioTrack;
        for track in reader.tracks() {
            let Some(CodecParameters::Audio(parameters)) = &track.codec_params else { continue };
            let Ok((codec, codec_name)) = guarded(|| make_codec(parameters)) else {
                refusal = AudioError::UnsupportedCodec(unsupported_name(parameters));
                continue;
            };
            let rate = parameters.sample_rate.unwrap_or(0);
            return Ok(Self {
                id: track.id,
                codec,
                codec_name,
                rate,
                channels: parameters.channels.as_ref().map_or(0, |channels| channels.count() as u16),
                time_base: track.time_base,
                declared_ms: track
                    .num_frames
                    .filter(|_| rate > 0)
                    .map(|frames| (u128::from(frames) * 1000 / u128::from(rate)) as u64),
                interleaved: Vec::new(),
            });
        }
        Err(refusal)
    }

    /// Whether the delay of the encoder is taken out without regard to the container.
    pub fn trims_itself(&self) -> bool {
        matches!(self.codec, Codec::Opus(_))
    }

    /// A time on the clock of the file.
    pub fn milliseconds(&self, timestamp: Timestamp) -> Option<i128> {
        Some(self.time_base?.calc_time(timestamp)?.as_millis())
    }

    /// Decodes one packet into `output`.
    pub fn decode(&mut self, packet: &Packet, output: &mut Output<'_>) -> Result<(), Trouble> {
        match &mut self.codec {
            Codec::Opus(decoder) => {
                let samples =
                    decoder.decode(&packet.data, packet.trim_end.get()).map_err(Error::DecodeError)?;
                output.write_final_rate(samples);
            }
            Codec::Other(decoder) => {
                let sound = decoder.decode(packet)?;
                let (rate, channels) = (sound.spec().rate(), sound.spec().channels().count());
                if !RATES.contains(&rate) || channels == 0 {
                    return Err(Error::DecodeError("implausible rate or channels").into());
                }
                sound.copy_to_vec_interleaved(&mut self.interleaved);
                output.write(rate, channels, &self.interleaved)?;
                (self.rate, self.channels) = (rate, channels as u16);
            }
        }
        Ok(())
    }
}

fn make_codec(parameters: &AudioCodecParameters) -> Result<(Codec, String), Error> {
    if parameters.codec == CODEC_ID_OPUS {
        let channels = parameters.channels.as_ref().map_or(1, symphonia::core::audio::Channels::count);
        if channels > 2 {
            return Err(Error::Unsupported("opus with more than two channels"));
        }
        let header = parameters.extra_data.as_deref().unwrap_or_default();
        let decoder = OpusPackets::new(header).map_err(Error::Unsupported)?;
        return Ok((Codec::Opus(decoder), "opus".to_owned()));
    }
    let decoder =
        symphonia::default::get_codecs().make_audio_decoder(parameters, &AudioDecoderOptions::default())?;
    let name = decoder.codec_info().short_name.to_owned();
    Ok((Codec::Other(decoder), name))
}

fn unsupported_name(parameters: &AudioCodecParameters) -> String {
    match parameters.codec {
        CODEC_ID_AAC => "aac (only the low-complexity profile with one or two channels is known)".to_owned(),
        CODEC_ID_OPUS => "opus with more than two channels".to_owned(),
        CODEC_ID_AC3 => "ac-3".to_owned(),
        CODEC_ID_EAC3 => "e-ac-3".to_owned(),
        CODEC_ID_DCA => "dts".to_owned(),
        CODEC_ID_MP1 | CODEC_ID_MP2 => "mpeg audio layer I or II".to_owned(),
        CODEC_ID_ADPCM_MS | CODEC_ID_ADPCM_IMA_WAV => "adpcm".to_owned(),
        other => other.to_string(),
    }
}
