//! The answer: a JSON text within a JSON text.

use std::collections::BTreeMap;

use remote::ServiceError;
use serde::Deserialize;

use crate::{completer::DraftError, draft::Tokens};

/// A sentence that a model proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposed {
    /// For which section.
    pub section: String,
    /// Its words.
    pub text: String,
    /// The lines that it cites, from 1.
    pub lines: Vec<i64>,
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Note {
    sections: BTreeMap<String, Vec<Cited>>,
}

#[derive(Deserialize)]
struct Cited {
    text: String,
    #[serde(default)]
    lines: Vec<i64>,
}

/// What was proposed, and what it took.
///
/// # Errors
/// [`DraftError::CutOff`], [`DraftError::Refused`], or another form than was asked for. Half a note is none.
pub(super) fn read(answer: &[u8]) -> Result<(Vec<Proposed>, Option<Tokens>), DraftError> {
    let malformed = || DraftError::Service(ServiceError::Malformed);
    let answer: Answer = serde_json::from_slice(answer).map_err(|_another_form| malformed())?;
    let tokens = answer
        .usage
        .and_then(|usage| Some(Tokens { read: usage.prompt_tokens?, written: usage.completion_tokens? }));
    let choice = answer.choices.into_iter().next().ok_or_else(malformed)?;
    match choice.finish_reason.as_deref() {
        Some("length" | "insufficient_system_resource") => return Err(DraftError::CutOff),
        Some("content_filter") => return Err(DraftError::Refused),
        _ => {}
    }
    if choice.message.refusal.is_some() {
        return Err(DraftError::Refused);
    }
    let content = choice.message.content.unwrap_or_default();
    let note: Note = serde_json::from_str(bare(&content)).map_err(|_another_form| malformed())?;
    let proposed = note.sections.into_iter().flat_map(|(section, sentences)| {
        sentences.into_iter().map(move |Cited { text, lines }| Proposed {
            section: section.clone(),
            text: text.trim().to_owned(),
            lines,
        })
    });
    Ok((proposed.collect(), tokens))
}

/// Without what models that think aloud put before it, and without the fence that others put around it.
fn bare(content: &str) -> &str {
    let spoken = content.rsplit_once("</think>").map_or(content, |(_, spoken)| spoken).trim();
    let inside = spoken.strip_prefix("```json").or_else(|| spoken.strip_prefix("```")).unwrap_or(spoken);
    inside.strip_suffix("```").unwrap_or(inside).trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn answered(content: &str, finish: &str) -> Vec<u8> {
        let choice = json!({ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": finish });
        json!({ "id": "x", "object": "chat.completion", "choices": [choice], "usage": {} })
            .to_string()
            .into_bytes()
    }

    const NOTE: &str = r#"{"sections":{"plan":[{"text":"They meet on Monday. ","lines":[4,5]}],"data":[]}}"#;

    #[test]
    fn a_note_is_read_bare_fenced_and_after_thinking_aloud() {
        let meets =
            Proposed { section: "plan".into(), text: "They meet on Monday.".into(), lines: vec![4, 5] };
        for content in
            [NOTE.to_owned(), format!("```json\n{NOTE}\n```"), format!("<think>{{}}</think>\n{NOTE}")]
        {
            assert_eq!(read(&answered(&content, "stop")), Ok((vec![meets.clone()], None)), "{content}");
        }
    }

    #[test]
    fn what_was_cut_off_refused_or_repeated_without_end_is_no_note() {
        assert_eq!(read(&answered(NOTE, "length")), Err(DraftError::CutOff));
        assert_eq!(read(&answered(NOTE, "insufficient_system_resource")), Err(DraftError::CutOff));
        assert_eq!(read(&answered(NOTE, "content_filter")), Err(DraftError::Refused));
        let refusal = json!({ "choices": [{ "message": { "content": null, "refusal": "I cannot." } }] });
        assert_eq!(read(refusal.to_string().as_bytes()), Err(DraftError::Refused));
        for malformed in
            ["", "Sure! Here is the note.", &NOTE[..40], &"the the ".repeat(99), "{\"sections\":[]}"]
        {
            let read = read(&answered(malformed, "stop"));
            assert_eq!(read, Err(DraftError::Service(ServiceError::Malformed)), "{malformed}");
        }
        assert!(read(b"{\"choices\":[]}").is_err());
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), content in ".*") {
            let _ = read(&bytes);
            let _ = read(&answered(&content, "stop"));
        }
    }
}
