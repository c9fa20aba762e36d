//! What a draft never says by itself: a diagnosis, a finding, progress, necessity, what a therapist did, and that there is no
//! risk. Somebody who may judge it has to have said it.

use std::{collections::BTreeSet, sync::LazyLock};

use crate::{
    gate::{
        claim::{Claim, ClaimLine, Who},
        heard::{Heard, Place},
        negation::Says,
        word::Line,
    },
    lexicon::{Hit, Lexicon},
    risk,
};

static GUARDED: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../../lexicon/gate/guarded.txt")));

/// Topics that name a risk in the words of notes, with those of the risk lexicon that they stand for.
const RISKS: [(&str, &str); 5] = [
    ("no_suicide", "suicide"),
    ("no_self_harm", "self_harm"),
    ("no_harm_to_others", "harm_to_others"),
    ("no_psychosis", "psychosis"),
    ("no_abuse", "abuse"),
];

/// Where a line touches what is guarded.
pub fn hits(line: &Line) -> Vec<Hit> {
    GUARDED.hits(&line.words)
}

/// Whether a claim says something guarded that nobody who may judge it said.
pub fn is_unfounded(claim: &Claim, heard: &Heard) -> bool {
    claim.lines.iter().any(|line| {
        let unjudged = |hit: &Hit| {
            let who = line.who[hit.start];
            !heard.topic(hit.topic).iter().any(|place| may_judge(hit.topic, who, *place))
        };
        let judged =
            hits(&line.line).into_iter().filter(|hit| named_risk(hit).is_none()).any(|hit| unjudged(&hit));
        judged || risks_denied(line).iter().any(|risk| !is_denied(risk, heard))
    })
}

/// The therapist may judge; what the client says of it may be reported as theirs, and so may a diagnosis that they tell of.
fn may_judge(topic: &str, who: Who, place: Place) -> bool {
    let reported = who == Who::ClientReports || (topic == "diagnosis" && who != Who::Judged);
    !place.asked && (place.by.therapist || (place.by.client && reported))
}

/// The risk that a note's word stands for.
fn named_risk(hit: &Hit) -> Option<&'static str> {
    RISKS.iter().find(|(noted, _)| *noted == hit.topic).map(|(_, risk)| *risk)
}

/// The risks that a line says are absent.
fn risks_denied(line: &ClaimLine) -> BTreeSet<&'static str> {
    let named = hits(&line.line).into_iter().filter_map(|hit| Some((named_risk(&hit)?, hit)));
    let words = &line.line.words;
    let of_drugs = |hit: &Hit| {
        hit.start > 0
            && matches!(words[hit.start - 1].as_str(), "drug" | "drugs" | "alcohol" | "substance" | "etoh")
    };
    let spoken = risk::hits(words).into_iter().filter(|hit| hit.topic != "abuse" || !of_drugs(hit));
    let spoken = spoken.map(|hit| (hit.topic, hit));
    named
        .chain(spoken)
        .filter(|(_, hit)| line.negation.says(hit.start, hit.end) == Says::No)
        .map(|(risk, _)| risk)
        .collect()
}

/// Whether the client denied a risk in the turns cited. "Hurting yourself" is asked of both suicide and self-harm.
fn is_denied(risk: &str, heard: &Heard) -> bool {
    let asked_with = if risk == "self_harm" { "suicide" } else { risk };
    let mut places = heard.topic(risk).iter().chain(heard.topic(asked_with));
    let theirs = |place: &Place| risk == "harm_to_others" || risk == "abuse" || !place.talk.of_others;
    places.any(|place| place.by.client && !place.asked && place.says == Says::No && theirs(place))
}
