//! Symphonia's audio codecs behind five C functions, for use from WebAssembly.
//!
//! One instance decodes one stream. The caller copies bytes to the place that `buffer` names, then calls `open` with
//! the codec's set-up bytes or `decode` with one packet, and reads mono samples from the place that `samples` names.
//! A malformed stream that makes a codec panic traps; the caller then throws the instance away.

use std::cell::RefCell;
use symphonia_bundle_flac::FlacDecoder;
use symphonia_bundle_mp3::MpaDecoder;
use symphonia_codec_aac::AacDecoder;
use symphonia_codec_vorbis::VorbisDecoder;
use symphonia_core::audio::{AudioBuffer, Signal};
use symphonia_core::codecs::{
    CodecParameters, Decoder, DecoderOptions, CODEC_TYPE_AAC, CODEC_TYPE_FLAC, CODEC_TYPE_MP3, CODEC_TYPE_VORBIS,
};
use symphonia_core::formats::Packet;

#[derive(Default)]
struct State {
    decoder: Option<Box<dyn Decoder>>,
    input: Vec<u8>,
    samples: Vec<f32>,
    rate: u32,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::default());
}

fn with<T>(action: impl FnOnce(&mut State) -> T) -> T {
    STATE.with(|state| action(&mut state.borrow_mut()))
}

/// Room for `length` bytes of input.
#[no_mangle]
pub extern "C" fn buffer(length: usize) -> *mut u8 {
    with(|state| {
        state.input.clear();
        state.input.resize(length, 0);
        state.input.as_mut_ptr()
    })
}

/// Chooses the codec: 0 AAC, 1 MP3, 2 Vorbis, 3 FLAC. The buffer holds its set-up bytes. Returns 0, or -1 where the
/// codec refuses them.
#[no_mangle]
pub extern "C" fn open(codec: u32, rate: u32) -> i32 {
    with(|state| {
        let mut parameters = CodecParameters::new();
        parameters.with_sample_rate(rate);
        if !state.input.is_empty() {
            parameters.with_extra_data(state.input.clone().into_boxed_slice());
        }
        let options = DecoderOptions::default();
        let decoder: Option<Box<dyn Decoder>> = match codec {
            0 => make(AacDecoder::try_new(parameters.for_codec(CODEC_TYPE_AAC), &options)),
            1 => make(MpaDecoder::try_new(parameters.for_codec(CODEC_TYPE_MP3), &options)),
            2 => make(VorbisDecoder::try_new(parameters.for_codec(CODEC_TYPE_VORBIS), &options)),
            3 => make(FlacDecoder::try_new(parameters.for_codec(CODEC_TYPE_FLAC), &options)),
            _ => None,
        };
        state.decoder = decoder;
        if state.decoder.is_some() { 0 } else { -1 }
    })
}

fn make<D: Decoder + 'static>(decoder: symphonia_core::errors::Result<D>) -> Option<Box<dyn Decoder>> {
    decoder.ok().map(|decoder| Box::new(decoder) as Box<dyn Decoder>)
}

/// Decodes the packet in the buffer. Returns the number of samples per channel, or -1 for a damaged packet.
#[no_mangle]
pub extern "C" fn decode() -> i32 {
    with(|state| {
        let State { decoder, input, samples, rate } = state;
        let packet = Packet::new_from_slice(0, 0, 0, input);
        match decoder.as_mut().map(|decoder| decoder.decode(&packet)) {
            Some(Ok(decoded)) => {
                let mut floats: AudioBuffer<f32> = decoded.make_equivalent();
                decoded.convert(&mut floats);
                *rate = floats.spec().rate;
                mix(&floats, samples);
                samples.len() as i32
            }
            _ => -1,
        }
    })
}

/// Averages the channels.
fn mix(floats: &AudioBuffer<f32>, samples: &mut Vec<f32>) {
    let channels = floats.spec().channels.count();
    samples.clear();
    samples.resize(floats.frames(), 0.0);
    for channel in 0..channels {
        for (sum, sample) in samples.iter_mut().zip(floats.chan(channel)) {
            *sum += sample / channels as f32;
        }
    }
}

/// Where the samples of the last packet are.
#[no_mangle]
pub extern "C" fn samples() -> *const f32 {
    with(|state| state.samples.as_ptr())
}

/// Samples per second of the last packet.
#[no_mangle]
pub extern "C" fn rate() -> u32 {
    with(|state| state.rate)
}
