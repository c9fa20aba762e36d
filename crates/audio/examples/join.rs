//! `join OUT.wav MINUTES FILE…`: a session of that length, made of the recordings again and again, with five
//! seconds of silence after each.

use std::{
    fs::File,
    io::{BufWriter, Write},
    ops::ControlFlow,
};

const PAUSE: usize = 5 * 16_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("name a file to write")?;
    let minutes: usize = arguments.next().ok_or("say how many minutes")?.parse()?;
    let limits = audio::Limits { max_duration_ms: 3_600_000 };
    let mut unit: Vec<i16> = Vec::new();
    for file in arguments {
        audio::decode(File::open(file)?, &limits, &mut |chunk| {
            unit.extend(chunk.samples);
            ControlFlow::Continue(())
        })?;
        unit.resize(unit.len() + PAUSE, 0);
    }
    let count = minutes * 60 * 16_000;
    let bytes = u32::try_from(count * 2)?;
    let mut file = BufWriter::new(File::create(out)?);
    file.write_all(b"RIFF")?;
    file.write_all(&(36 + bytes).to_le_bytes())?;
    file.write_all(b"WAVEfmt \x10\0\0\0\x01\0\x01\0")?;
    file.write_all(&16_000_u32.to_le_bytes())?;
    file.write_all(&32_000_u32.to_le_bytes())?;
    file.write_all(b"\x02\0\x10\0data")?;
    file.write_all(&bytes.to_le_bytes())?;
    for sample in unit.iter().cycle().take(count) {
        file.write_all(&sample.to_le_bytes())?;
    }
    Ok(file.flush()?)
}
