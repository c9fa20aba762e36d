//! Turns text that a clinician typed or pasted into lines with a part each.

use shared::{
    Phi,
    transcripts::{SpeakerRole, TypedLine},
};

/// Reads `T: …` and `C: …` (or `Therapist:`, `Client:`, and so on), one line each. A line without a mark goes
/// on with the voice before it; the first one without a mark is the clinician's recollection: `unknown`.
pub fn lines(text: &str) -> Vec<TypedLine> {
    let mut role = SpeakerRole::Unknown;
    text.lines()
        .filter_map(|line| {
            let (found, words) = split(line.trim());
            role = found.unwrap_or(role);
            (!words.is_empty()).then(|| TypedLine { role, text: Phi::new(words.to_owned()) })
        })
        .collect()
}

fn split(line: &str) -> (Option<SpeakerRole>, &str) {
    if let Some((mark, words)) = line.split_once(':') {
        let role = match mark.trim().to_lowercase().as_str() {
            "t" | "th" | "therapist" | "clinician" | "counsellor" | "counselor" => {
                Some(SpeakerRole::Therapist)
            }
            "c" | "cl" | "client" | "patient" => Some(SpeakerRole::Client),
            "o" | "other" | "partner" | "parent" => Some(SpeakerRole::Other),
            _ => None,
        };
        if role.is_some() {
            return (role, words.trim());
        }
    }
    (None, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_name_the_voice_and_carry_on() {
        let read = lines("T: How was the week?\n\nClient: Better.\nI slept: mostly.\n");
        let seen: Vec<_> = read.iter().map(|line| (line.role, line.text.reveal().as_str())).collect();
        assert_eq!(
            seen,
            vec![
                (SpeakerRole::Therapist, "How was the week?"),
                (SpeakerRole::Client, "Better."),
                (SpeakerRole::Client, "I slept: mostly."),
            ]
        );
    }

    #[test]
    fn text_without_marks_belongs_to_nobody_in_particular() {
        assert_eq!(lines("We talked.")[0].role, SpeakerRole::Unknown);
        assert!(lines(" \n ").is_empty());
    }
}
