//! A font: which of its signs a text becomes, and how wide they are.

use std::{cell::RefCell, collections::HashMap, fmt::Write as _};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer, ttf_parser::GlyphId as FontGlyph};
use unicode_normalization::UnicodeNormalization as _;

/// A font that is part of this program.
pub struct Face {
    pub font: Font,
    shaper: rustybuzz::Face<'static>,
    per_em: f32,
    /// How wide each word was, in ems: people say the same words again and again.
    measured: RefCell<HashMap<String, f32>>,
}

/// A piece of text in one direction, as signs of the font. Lengths are in ems.
pub struct Run {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
}

impl Face {
    /// Reads a font.
    pub fn new(data: &'static [u8]) -> Option<Self> {
        let shaper = rustybuzz::Face::from_slice(data, 0)?;
        let per_em = shaper.units_per_em() as f32;
        Some(Self { font: Font::new(data.into(), 0)?, shaper, per_em, measured: RefCell::default() })
    }

    /// A text as far as it can be drawn: composed (NFC); what means nothing on paper is left out, and a sign that the
    /// font does not have stands there by its number, so that it can be seen that there is one.
    pub fn drawable(&self, text: &str) -> String {
        let mut drawable = String::with_capacity(text.len());
        for sign in text.nfc() {
            match sign {
                '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => drawable.push(' '),
                _ if is_invisible(sign) => {}
                _ if self.has(sign) => drawable.push(sign),
                _ => {
                    let _ = write!(drawable, "[U+{:04X}]", u32::from(sign));
                }
            }
        }
        drawable
    }

    fn has(&self, sign: char) -> bool {
        // What stands in the private use area is each font's own.
        let is_private = matches!(u32::from(sign), 0xE000..=0xF8FF | 0xF0000..);
        !is_private && self.shaper.glyph_index(sign).is_some_and(|glyph| glyph.0 != 0)
    }

    /// How wide one sign is by itself, in ems.
    pub fn advance(&self, sign: char) -> f32 {
        let glyph = self.shaper.glyph_index(sign).unwrap_or(FontGlyph(0));
        self.shaper.glyph_hor_advance(glyph).map_or(0.0, |advance| f32::from(advance) / self.per_em)
    }

    /// How wide a word is, in ems.
    pub fn measure(&self, word: &str) -> f32 {
        if let Some(width) = self.measured.borrow().get(word) {
            return *width;
        }
        let output = rustybuzz::shape(&self.shaper, &[], buffer(word, None));
        let width = output.glyph_positions().iter().map(|it| it.x_advance as f32).sum::<f32>() / self.per_em;
        self.measured.borrow_mut().insert(word.to_owned(), width);
        width
    }

    /// A text of one direction as signs, from left to right.
    pub fn shape(&self, text: &str, right_to_left: bool) -> Run {
        let direction = if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight };
        let output = rustybuzz::shape(&self.shaper, &[], buffer(text, Some(direction)));
        // Signs of one cluster share its text, which ends where the next cluster of the text begins.
        let mut starts: Vec<usize> = output.glyph_infos().iter().map(|it| it.cluster as usize).collect();
        starts.push(text.len());
        starts.sort_unstable();
        starts.dedup();
        let glyphs: Vec<KrillaGlyph> = output
            .glyph_infos()
            .iter()
            .zip(output.glyph_positions())
            .map(|(info, position)| {
                let start = info.cluster as usize;
                let next = starts.partition_point(|one| *one <= start);
                let ems = |units: i32| units as f32 / self.per_em;
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    ems(position.x_advance),
                    ems(position.x_offset),
                    ems(position.y_offset),
                    ems(position.y_advance),
                    start..starts.get(next).copied().unwrap_or(text.len()),
                    None,
                )
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Run { text: text.to_owned(), glyphs, width }
    }
}

fn buffer(text: &str, direction: Option<Direction>) -> UnicodeBuffer {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    if let Some(direction) = direction {
        buffer.set_direction(direction);
    }
    buffer
}

/// Control characters, joiners, marks of direction, variation selectors: nothing of them is seen.
fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(
            u32::from(sign),
            0xAD | 0x34F
                | 0x61C
                | 0x115F..=0x1160
                | 0x17B4..=0x17B5
                | 0x180B..=0x180F
                | 0x200B..=0x200F
                | 0x202A..=0x202E
                | 0x2060..=0x206F
                | 0x3164
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFA0
                | 0xFFF0..=0xFFFB
                | 0xFFFE..=0xFFFF
                | 0x1BCA0..=0x1BCA3
                | 0x1D173..=0x1D17A
                | 0xE0000..=0xE0FFF
        )
}
