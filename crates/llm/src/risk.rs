//! Which lines touch risk: by a lexicon kept as data, erring on inclusion. No score, no prediction, no inference about
//! the person: a line is listed or it is not.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{
    lexicon::{Hit, Lexicon},
    text::words,
};

/// The version of the risk lexicon; it changes with every change of `lexicon/risk.txt`.
pub const RISK_VERSION: u32 = 2;

static RISK: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../lexicon/risk.txt")));

/// What a line touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskTopic {
    /// Suicide, wishes to be dead, plan, intent, safety and crisis talk.
    Suicide,
    /// Self-harm and means.
    SelfHarm,
    /// Overdose and stockpiling.
    Overdose,
    /// Harm to others, threats, loss of control.
    HarmToOthers,
    /// Abuse, neglect, violence suffered.
    Abuse,
    /// Voices, hallucinations, persecution.
    Psychosis,
}

impl RiskTopic {
    fn of(heading: &str) -> Option<Self> {
        Some(match heading.strip_suffix(" listed").unwrap_or(heading) {
            "suicide" => Self::Suicide,
            "self_harm" => Self::SelfHarm,
            "overdose" => Self::Overdose,
            "harm_to_others" => Self::HarmToOthers,
            "abuse" => Self::Abuse,
            "psychosis" => Self::Psychosis,
            _ => return None,
        })
    }
}

/// The risk topics a text touches; negations count, because an answer of "no" must be seen too.
pub fn risk_topics(text: &str) -> BTreeSet<RiskTopic> {
    topics_of(&words(text))
}

/// The risk topics among words as `words` makes them.
pub(crate) fn topics_of(words: &[String]) -> BTreeSet<RiskTopic> {
    hits(words).iter().filter_map(|hit| RiskTopic::of(hit.topic)).collect()
}

/// Where words touch risk.
pub(crate) fn hits(words: &[String]) -> Vec<Hit> {
    RISK.hits(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explicit_indirect_and_negated_statements_are_found() {
        for text in [
            "No, I have not thought about suicide.",
            "I have no thoughts of hurting myself.",
            "Sometimes I hope I just don't wake up.",
            "I'd be fine if I went to sleep and never woke up.",
            "They would be better off without me.",
            "I want to end it all.",
            "It would be easy to end it.",
            "I can't go on like this.",
            "I can’t keep doing this anymore.",
            "I wish I was dead.",
            "I wish I had never been born.",
            "There's no point in living.",
            "I just want everything to stop.",
            "I've been saving up my pills.",
            "I took too many pills last year.",
            "I overdosed in college.",
            "I started cutting again.",
            "He hit me last night.",
            "My stepdad used to touch me.",
            "I wanted to kill him.",
            "I could hurt somebody.",
            "Have you thought about how you would do it, any plan or means?",
            "Do you have access to a gun?",
            "Do you feel safe at home?",
            "I can't guarantee anything.",
            "how common is it for an adult to survive a car crash",
            "Are you having any thoughts of not being here?",
            "the voices tell me to do it",
            "I'm just a burden to everyone.",
            "I don't want to be here anymore.",
            "maybe sleep forever or something",
            "I have thought about driving my car into a tree.",
            "Nobody would even notice if I was gone.",
            "I asked God to take me in the night.",
            "I want to be where he is.",
            "I could just stop.",
            "Thoughts of not wanting to be alive?",
            "I keep hoping a car hits me.",
            "He put his hands around my neck.",
            "Has anyone ever laid a hand on you?",
            "He does not let me go out.",
            "I see people in the corner who aren't there.",
            "There is a man who follows me home.",
            "I hear my name in the shower.",
            "I saved up the lithium.",
            "I see red.",
            "I drove home drunk.",
            "I left him alone in the wet bed for hours, I slapped him.",
        ] {
            assert!(!risk_topics(text).is_empty(), "missed: {text}");
        }
    }

    #[test]
    fn everyday_idioms_are_not_risk() {
        for text in [
            "This job is killing me.",
            "I am dying to see the new film.",
            "We killed time at the station.",
            "I keep beating myself up over it.",
            "It hit me that I was tired.",
            "I have been cutting back on coffee.",
            "I keep waking up around three in the morning.",
            "We hung out with friends.",
            "Give it a shot.",
            "My back is killing me.",
            "I could never leave my kids.",
            "I walked into the office.",
            "She hurt my feelings.",
            "I'm drowning in work.",
            "My wife is going to strangle me.",
            "I could kill you when you say that.",
            "History is going to murder me.",
            "I have been shooting myself in the foot.",
            "The printer died on me.",
            "I follow my heart.",
            "I wanted to sink into the floor.",
            "My neck hurts and I have a sore throat.",
        ] {
            assert!(risk_topics(text).is_empty(), "false alarm {:?}: {text}", risk_topics(text));
        }
    }
}
