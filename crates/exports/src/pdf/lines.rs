//! Breaking a text into lines (UAX 14), and putting each into the order in which it is read (UAX 9).

use std::ops::Range;

use unicode_bidi::BidiInfo;
use unicode_linebreak::linebreaks;

use super::face::{Face, Run};

/// A line, its runs from left to right.
pub struct Line {
    pub runs: Vec<Run>,
    /// Whether its paragraph begins at the right.
    pub from_right: bool,
}

impl Line {
    /// In ems.
    pub fn width(&self) -> f32 {
        self.runs.iter().map(|run| run.width).sum()
    }
}

/// The lines of a paragraph, each at most so many ems wide.
pub fn lines(face: &Face, text: &str, width: f32) -> Vec<Line> {
    let text = face.drawable(text);
    let bidi = BidiInfo::new(&text, None);
    let Some(paragraph) = bidi.paragraphs.first() else { return Vec::new() };
    let line = |range: Range<usize>| {
        let (levels, runs) = bidi.visual_runs(paragraph, range);
        let run = |range: Range<usize>| {
            let right_to_left = levels.get(range.start).is_some_and(unicode_bidi::Level::is_rtl);
            face.shape(&text[range], right_to_left)
        };
        Line { runs: runs.into_iter().map(run).collect(), from_right: paragraph.level.is_rtl() }
    };
    cut(face, &text, width).into_iter().map(line).collect()
}

/// Where the lines begin and end. A word that is wider than a line is cut between two signs.
fn cut(face: &Face, text: &str, width: f32) -> Vec<Range<usize>> {
    let space = face.advance(' ');
    let (mut lines, mut start, mut at, mut used) = (Vec::new(), 0, 0, 0.0);
    for (end, _) in linebreaks(text) {
        let piece = &text[at..end];
        let word = piece.trim_end();
        let seen = face.measure(word);
        if used + seen > width && at > start {
            lines.push(start..at);
            (start, used) = (at, 0.0);
        }
        if seen > width {
            for (offset, sign) in word.char_indices() {
                let advance = face.advance(sign);
                if used + advance > width && at + offset > start {
                    lines.push(start..at + offset);
                    (start, used) = (at + offset, 0.0);
                }
                used += advance;
            }
        } else {
            used += seen;
        }
        used += space * (piece.chars().count() - word.chars().count()) as f32;
        at = end;
    }
    if start < text.len() {
        lines.push(start..text.len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> Face {
        Face::new(include_bytes!("../../fonts/DejaVuSansCondensed.ttf")).expect("a font")
    }

    fn texts(text: &str, width: f32) -> Vec<String> {
        let face = face();
        let drawable = face.drawable(text);
        cut(&face, &drawable, width).into_iter().map(|range| drawable[range].to_owned()).collect()
    }

    #[test]
    fn lines_break_between_words_and_nothing_is_lost() {
        let text = "She slept four hours a night, and worried about her exam the next day.";
        let lines = texts(text, 12.0);
        assert!(lines.len() > 2, "{lines:?}");
        assert_eq!(lines.concat(), text);
        assert!(lines.iter().all(|line| face().measure(line.trim_end()) <= 12.0), "{lines:?}");
        assert!(lines[..lines.len() - 1].iter().all(|line| line.ends_with(' ')), "{lines:?}");
    }

    #[test]
    fn a_word_that_is_wider_than_a_line_is_cut() {
        let text = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
        let lines = texts(text, 10.0);
        assert!(lines.len() > 3, "{lines:?}");
        assert_eq!(lines.concat(), text);
        assert!(lines.iter().all(|line| face().measure(line) <= 10.2), "{lines:?}");
    }

    #[test]
    fn accents_greek_and_cyrillic_are_drawn_and_what_the_font_lacks_is_named() {
        let face = face();
        for text in ["Zoë Ångström-Łukasiewicz", "Ελένη Παπαδοπούλου", "Ольга Їжакевич", "Nguyễn Thị Ánh"]
        {
            assert_eq!(face.drawable(text), text);
        }
        assert_eq!(face.drawable("e\u{301}"), "é");
        assert_eq!(face.drawable("李\u{200d} x\u{1}"), "[U+674E] x");
    }

    #[test]
    fn hebrew_is_read_from_the_right() {
        let face = face();
        let line = lines(&face, "שלום Mara", 40.0).remove(0);
        assert!(line.from_right);
        assert!(line.runs[0].text.contains("Mara"), "what is read last stands at the left");
    }
}
