//! How much of the time is given to the wrong voice (NIST's diarization error rate, Rich Transcription evaluation 2009).

use std::collections::BTreeMap;

use speech::Turn;

/// What one person says without a break, as it is known.
pub struct Spoken {
    pub who: String,
    pub start_ms: u64,
    pub end_ms: u64,
}

impl Spoken {
    /// Lines of seconds, seconds and a name, as pyAudioAnalysis writes them.
    pub fn of_segments(text: &str) -> Vec<Self> {
        let line = |line: &str| {
            let mut fields = line.split_whitespace();
            let mut ms = || Some((fields.next()?.parse::<f64>().ok()? * 1000.0) as u64);
            let (start_ms, end_ms) = (ms()?, ms()?);
            Some(Self { start_ms, end_ms, who: fields.next()?.to_owned() })
        };
        text.lines().filter_map(line).collect()
    }
}

/// Around each change so much is not counted, as is usual: nobody says to the millisecond where a turn ends.
const COLLAR_MS: u64 = 250;
const STEP_MS: u64 = 10;

/// Time that is missed, that is heard where nobody speaks, or that is given to another voice, in percent of the time in which
/// somebody speaks. Voices are matched with people so that this is least. People do not speak at once in what is known.
pub fn error_rate(spoken: &[Spoken], turns: &[Turn]) -> f64 {
    let end = spoken.iter().map(|it| it.end_ms).chain(turns.iter().map(|it| it.end_ms)).max().unwrap_or(0);
    let near = |at: u64| {
        spoken.iter().any(|it| at.abs_diff(it.start_ms) < COLLAR_MS || at.abs_diff(it.end_ms) < COLLAR_MS)
    };
    let mut people: Vec<&str> = spoken.iter().map(|it| it.who.as_str()).collect();
    people.sort_unstable();
    people.dedup();
    let (mut speech, mut wrong) = (0_u64, 0_u64);
    let mut together: BTreeMap<(u8, usize), u64> = BTreeMap::new();
    for at in (0..end).step_by(STEP_MS as usize).filter(|at| !near(*at)) {
        let who = spoken.iter().find(|it| (it.start_ms..it.end_ms).contains(&at));
        let who = who.and_then(|it| people.iter().position(|one| *one == it.who));
        let voice = turns.iter().find(|it| (it.start_ms..it.end_ms).contains(&at)).map(|it| it.speaker);
        speech += u64::from(who.is_some());
        match (voice, who) {
            (Some(voice), Some(who)) => *together.entry((voice, who)).or_default() += 1,
            (None, None) => {}
            _ => wrong += 1,
        }
    }
    let both: u64 = together.values().sum();
    let mut voices: Vec<u8> = together.keys().map(|(voice, _)| *voice).collect();
    voices.dedup();
    let right = best(&voices, &mut vec![false; people.len()], &together);
    (wrong + both - right) as f64 * 100.0 / speech.max(1) as f64
}

/// The most time that is right when each voice is one person or nobody.
fn best(voices: &[u8], taken: &mut Vec<bool>, together: &BTreeMap<(u8, usize), u64>) -> u64 {
    let Some((voice, others)) = voices.split_first() else { return 0 };
    let mut most = best(others, taken, together);
    for person in 0..taken.len() {
        if taken[person] {
            continue;
        }
        taken[person] = true;
        let time = together.get(&(*voice, person)).copied().unwrap_or(0);
        most = most.max(time + best(others, taken, together));
        taken[person] = false;
    }
    most
}
