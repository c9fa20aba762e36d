//! What the server hands over of `llm` beside the engines: the word lists for risk. They are no model: nothing is inferred,
//! and nothing asked elsewhere.

use clinical::{
    notes::{FoundRisk, RiskLexicon},
    transcripts,
};
use shared::{
    SegmentId,
    risk::{RiskManner, RiskTopic},
    transcripts::SpeakerRole,
};

/// By which lines about risk are found.
pub const RISK_LEXICON: RiskLexicon = RiskLexicon { version: llm::RISK_VERSION, find };

fn find(turns: &[transcripts::Turn]) -> Vec<FoundRisk> {
    let turns: Vec<_> = turns.iter().map(turn).collect();
    let ids = |ids: Vec<uuid::Uuid>| ids.into_iter().map(SegmentId).collect();
    let lines = llm::risk_lines(&turns).into_iter();
    lines
        .map(|line| FoundRisk {
            segment_ids: ids(line.turns),
            answer: ids(line.answer),
            topics: line.topics.into_iter().map(topic).collect(),
            manner: match line.manner {
                llm::Manner::Asked => RiskManner::Asked,
                llm::Manner::Denied => RiskManner::Denied,
                llm::Manner::Said => RiskManner::Said,
            },
        })
        .collect()
}

fn turn(turn: &transcripts::Turn) -> llm::Turn {
    llm::Turn {
        id: turn.segment_id.0,
        role: match turn.role {
            SpeakerRole::Therapist => llm::Role::Therapist,
            SpeakerRole::Client => llm::Role::Client,
            SpeakerRole::Other => llm::Role::Other,
            SpeakerRole::Unknown => llm::Role::Unknown,
        },
        speaker_label: turn.label.reveal().clone(),
        start_ms: turn.start_ms,
        end_ms: turn.end_ms,
        text: turn.text.reveal().clone(),
    }
}

fn topic(topic: llm::RiskTopic) -> RiskTopic {
    match topic {
        llm::RiskTopic::Suicide => RiskTopic::Suicide,
        llm::RiskTopic::SelfHarm => RiskTopic::SelfHarm,
        llm::RiskTopic::Overdose => RiskTopic::Overdose,
        llm::RiskTopic::HarmToOthers => RiskTopic::HarmToOthers,
        llm::RiskTopic::Abuse => RiskTopic::Abuse,
        llm::RiskTopic::Psychosis => RiskTopic::Psychosis,
    }
}
