//! Quotations in a sentence: what stands between quotation marks was said by the one named, word for word.

use crate::{
    gate::{
        Gap,
        heard::{Heard, Run},
        word::lines,
    },
    text::tidy,
    turn::{Role, Turn},
};

/// Whose words a quotation is given as.
enum Whose {
    Anybody,
    Of(Role),
    Labelled(String),
}

/// The sentence without what it quotes whole, and without times; what it quotes in part stays, to be read with the rest.
///
/// # Errors
/// [`Gap::Quotation`] for words that nobody said so, [`Gap::Speaker`] where somebody else said them, [`Gap::Time`] where
/// none of the turns begins then.
pub fn outside(sentence: &str, cited: &[Turn], heard: &Heard) -> Result<String, Gap> {
    let mut outside = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some(open) = rest.find(['“', '"']) {
        let (before, from) = rest.split_at(open);
        let mut characters = from.chars();
        let mark = characters.next().unwrap_or_default();
        let inside = characters.as_str();
        let closing = if mark == '“' { '”' } else { '"' };
        let Some(close) = inside.find(closing) else { break };
        outside.push_str(before);
        let quoted = &inside[..close];
        let whose = whose(&outside, heard);
        let whole = is_whole(quoted, &whose, heard)?;
        // A speaker's label is no claim.
        if let Whose::Labelled(label) = &whose
            && let Some(lead) = outside
                .trim_end()
                .trim_end_matches(" asked:")
                .trim_end_matches(':')
                .strip_suffix(label.as_str())
        {
            outside.truncate(lead.len());
        }
        if !whole {
            outside.push_str(quoted);
        }
        outside.push(' ');
        rest = &inside[close + closing.len_utf8()..];
    }
    outside.push_str(rest);
    without_times(&outside, cited)
}

/// Whether all that is quoted are whole sentences; parts of sentences have to be there as well.
fn is_whole(quoted: &str, whose: &Whose, heard: &Heard) -> Result<bool, Gap> {
    let mut whole = true;
    for line in lines(quoted) {
        let same = |run: &&Run| run.lines.iter().any(|said| said.line.words == line.words);
        if of(whose, heard).any(|run| same(&run)) {
            continue;
        }
        whole = false;
        let part = format!(" {} ", line.joined());
        if !of(whose, heard).any(|run| run.words.contains(&part)) {
            let anybody = heard.runs.iter().any(|run| run.words.contains(&part));
            return Err(if anybody { Gap::Speaker } else { Gap::Quotation });
        }
    }
    Ok(whole)
}

fn of<'a>(whose: &'a Whose, heard: &'a Heard) -> impl Iterator<Item = &'a Run> {
    heard.runs.iter().filter(move |run| match whose {
        Whose::Anybody => true,
        Whose::Of(role) => run.role == *role || run.role == Role::Unknown,
        Whose::Labelled(label) => run.label.starts_with(label.as_str()),
    })
}

/// The one named last before a quotation: by the speaker's label, or by the part.
fn whose(before: &str, heard: &Heard) -> Whose {
    const PARTS: [(&str, Role); 4] = [
        ("Client", Role::Client),
        ("Patient", Role::Client),
        ("Therapist", Role::Therapist),
        ("Clinician", Role::Therapist),
    ];
    let mut named = (None, Whose::Anybody);
    for (name, role) in PARTS {
        let at = before.rfind(name);
        if at > named.0 {
            named = (at, Whose::Of(role));
        }
    }
    for run in heard.runs.iter().filter(|run| !run.label.is_empty()) {
        // A draft shortens long labels.
        let label: String = run.label.chars().take(60).collect();
        let at = before.rfind(&label);
        if at.is_some() && at >= named.0 {
            named = (at, Whose::Labelled(label));
        }
    }
    named.1
}

/// Takes out `[02:31]`, each of which has to be when a cited turn begins.
fn without_times(text: &str, cited: &[Turn]) -> Result<String, Gap> {
    let mut kept = Vec::new();
    for piece in tidy(text).split(' ') {
        let time = piece.strip_prefix('[').and_then(|piece| piece.strip_suffix(']')).and_then(seconds);
        match time {
            None => kept.push(piece.to_owned()),
            Some(at) if cited.iter().any(|turn| turn.start_ms / 1000 == at) => {}
            Some(_) => return Err(Gap::Time),
        }
    }
    Ok(kept.join(" "))
}

/// The seconds of `02:31` or `1:02:31`.
fn seconds(clock: &str) -> Option<u64> {
    let parts: Vec<u64> = clock.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    matches!(parts.len(), 2 | 3)
        .then(|| parts.iter().try_fold(0_u64, |all, part| all.checked_mul(60)?.checked_add(*part)))?
}
