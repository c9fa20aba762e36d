//! Sound that is hard to hear: nothing is made up, and the recording says what could be better the next time.

use std::{collections::BTreeSet, path::PathBuf};

use serde_json::Value;
use shared::recordings::{RecordingState, RecordingView, SoundTrouble};
use tests::{Person, TestApp, new_session, silence, wait_for_job, wav};

use crate::pipeline::{text, upload};

#[path = "../../crates/audio/tests/sounds/mod.rs"]
mod sounds;

use sounds::{apart, chords, excerpt, louder, mixed, pink, stereo, telephone, white};

tests::on_both! {
    noise_is_not_speech_and_no_model_hears_it,
}

tests::on_both_with_models! {
    music_has_no_words,
    a_good_recording_has_nothing_to_be_told,
    each_trouble_of_a_recording_is_told_and_no_word_is_made_up,
    what_two_pairs_say_at_once_has_no_loops,
    eight_people_are_heard_and_called_uncertain,
    a_voice_on_each_channel_is_told_without_a_model,
}

/// A recording after its job, and the lines of its transcript with the number of its voices.
struct Heard {
    recording: RecordingView,
    /// With the name of the voice.
    lines: Vec<(Option<String>, String)>,
    words: Vec<String>,
    voices: usize,
    certainty: String,
}

async fn heard(person: &Person, file: Vec<u8>) -> Heard {
    let session = new_session(person).await;
    let recording = upload(person, &session, "audio/wav", file).await;
    wait_for_job(person, text(&recording, "job_id")).await;
    let view = person.get(&format!("/recordings/{}", text(&recording, "id"))).await.ok();
    let transcript = person.get(&format!("/encounters/{}/transcript", session.encounter)).await;
    let transcript = if transcript.status == 404 { Value::Null } else { transcript.ok() };
    let lines = transcript["segments"].as_array().cloned().unwrap_or_default();
    let speakers = transcript["speakers"].as_array().cloned().unwrap_or_default();
    let name = |line: &Value| {
        let speaker = speakers.iter().find(|it| it["id"] == line["speaker_id"])?;
        Some(text(speaker, "label").to_owned())
    };
    Heard {
        lines: lines.iter().map(|line| (name(line), text(line, "text").to_owned())).collect(),
        recording: serde_json::from_value(view).expect("a recording"),
        words: lines.iter().flat_map(|line| words(text(line, "text"))).collect(),
        voices: transcript["speakers"].as_array().map_or(0, Vec::len),
        certainty: text(&transcript, "certainty").to_owned(),
    }
}

fn words(text: &str) -> Vec<String> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '\'';
    text.to_lowercase()
        .split(|letter| !is_word(letter))
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What is said in the excerpt.
fn said() -> Vec<String> {
    let turns = include_str!("../../assets/role-play/excerpt.turns.json");
    let turns: Vec<Value> = serde_json::from_str(turns).expect("the turns");
    turns.iter().flat_map(|turn| words(text(turn, "text"))).collect()
}

impl Heard {
    fn troubles(&self) -> Vec<SoundTrouble> {
        self.recording.quality.expect("somebody speaks").troubles().collect()
    }

    /// Whether three words or more are said three times in a row.
    fn has_loop(&self) -> bool {
        (3..=self.words.len() / 3).any(|length| {
            self.words.windows(length * 3).any(|it| {
                let (first, rest) = it.split_at(length);
                rest.chunks(length).all(|next| next == first)
            })
        })
    }
}

async fn noise_is_not_speech_and_no_model_hears_it(app: &TestApp) {
    let person = app.therapist().await;
    let seconds = 8 * 16_000;
    for file in [silence(8), wav(&white(seconds, -40.0)), wav(&pink(seconds, -30.0))] {
        let heard = heard(&person, file).await;
        assert_eq!(heard.recording.state, RecordingState::NoSpeechCaptured);
        assert_eq!((heard.recording.quality, heard.words.len()), (None, 0));
    }
    assert_eq!(app.count("ai_calls").await, 0);
}

async fn music_has_no_words(app: &TestApp) {
    let person = app.therapist().await;
    for dbfs in [-40.0, -20.0] {
        let heard = heard(&person, wav(&chords(15 * 16_000, dbfs))).await;
        assert_eq!(heard.words, [] as [&str; 0]);
        assert_eq!(heard.recording.state, RecordingState::NoSpeechCaptured);
    }
    assert_eq!(app.count("transcripts").await, 0);
}

async fn a_good_recording_has_nothing_to_be_told(app: &TestApp) {
    let person = app.therapist().await;
    let heard = heard(&person, wav(&excerpt())).await;
    assert_eq!(heard.troubles(), []);
    assert_eq!(heard.recording.left_out, []);
    let quality = heard.recording.quality.expect("somebody speaks");
    assert!((-32..=-22).contains(&quality.speech_dbfs) && quality.over_noise_db > 30, "{quality:?}");
    // Like everything that is found in the sound, it is sealed.
    assert!(app.find_marks(&[tests::Mark("over_noise_db".to_owned())]).await.is_empty());
}

async fn each_trouble_of_a_recording_is_told_and_no_word_is_made_up(app: &TestApp) {
    let person = app.therapist().await;
    let (speech, said) = (excerpt(), said());
    let known: BTreeSet<_> = said.iter().collect();
    let hard = [
        (louder(&speech, 24.0), SoundTrouble::CutOff),
        (mixed(&speech, &pink(speech.len(), -40.0)), SoundTrouble::Noisy),
        (louder(&speech, -30.0), SoundTrouble::Faint),
        (telephone(&speech), SoundTrouble::Narrow),
    ];
    for (sound, trouble) in hard {
        let heard = heard(&person, wav(&sound)).await;
        assert_eq!(heard.troubles(), [trouble], "{:?}", heard.recording.quality);
        assert!(heard.words.len() <= said.len() * 11 / 10, "{trouble:?}: {} words heard", heard.words.len());
        let right = heard.words.iter().filter(|word| known.contains(word)).count();
        assert!(right * 4 > said.len() * 3, "{trouble:?}: {right} of {}", said.len());
        assert!(!heard.has_loop(), "{trouble:?}");
    }
}

/// A recording of several people from the folder of public data; says so and is nothing where it is not there.
fn sample(name: &str) -> Option<Vec<i16>> {
    let path = std::env::var_os("MINDSCRIBE_DATA").map(|it| PathBuf::from(it).join("audio").join(name));
    let found = path.filter(|path| path.is_file());
    if found.is_none() {
        println!("skipped: {name} is not in the folder that MINDSCRIBE_DATA names");
    }
    found.map(|path| sounds::read(&path))
}

fn samples() -> Option<(Vec<i16>, Vec<i16>)> {
    Some((sample("katiesteve_mono.wav")?, sample("diarizationExample.wav")?))
}

async fn what_two_pairs_say_at_once_has_no_loops(app: &TestApp) {
    let Some((two, four)) = samples() else { return };
    let person = app.therapist().await;
    let seconds = two.len().max(four.len()) / 16_000;
    let heard = heard(&person, wav(&mixed(&louder(&two, 20.0), &four))).await;
    assert!(!heard.has_loop());
    // Nobody says more than five words a second, and of two at once hardly more than of one is heard.
    assert!((1..=seconds * 5).contains(&heard.words.len()), "{} words", heard.words.len());
    assert!((1..=8).contains(&heard.voices), "{} voices", heard.voices);
}

async fn eight_people_are_heard_and_called_uncertain(app: &TestApp) {
    let Some((two, four)) = samples() else { return };
    let person = app.therapist().await;
    let heard = heard(&person, wav(&[excerpt(), louder(&two, 12.0), four].concat())).await;
    assert!((2..=8).contains(&heard.voices), "{} voices", heard.voices);
    assert_eq!(heard.certainty, "uncertain");
    assert!(!heard.has_loop());
}

async fn a_voice_on_each_channel_is_told_without_a_model(app: &TestApp) {
    let person = app.therapist().await;
    let (therapist, client) = apart();
    let first = mixed(&therapist, &louder(&client, -14.0));
    let second = mixed(&client, &louder(&therapist, -14.0));
    let heard = heard(&person, stereo(&first, &second)).await;
    assert_eq!((heard.voices, heard.certainty.as_str()), (2, "clear"));
    let of_client = |word: &&(Option<String>, String)| word.0.as_deref() == Some("Client");
    let client: Vec<_> = heard.lines.iter().filter(of_client).map(|line| line.1.as_str()).collect();
    let client = client.join(" ").to_lowercase();
    for word in ["nausea", "kids", "number"] {
        assert!(client.contains(word), "{word} is not the client's: {client}");
    }
    assert!(!client.contains("crisis") && !client.contains("thank you"), "{client}");
    let page = person.get("/governance/calls?limit=50").await.ok();
    let purposes: BTreeSet<_> =
        page["items"].as_array().expect("calls").iter().map(|it| text(it, "purpose")).collect();
    assert_eq!(purposes, BTreeSet::from(["transcription", "drafting"]));
}
