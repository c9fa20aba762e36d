//! Everything that is known of an incident, as it is read by whoever asks for proof (45 CFR 164.414(b)).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use exports::{Block, Paper, WriteError, write_paper};
use shared::{
    Phi, UserId,
    incidents::{
        Assessment, BreachDecision, BreachFactor, Counted, Duty, DutyView, IncidentEntry, IncidentKind,
        IncidentSeverity, IncidentState, IncidentView, StatementForm, TimelineEntry,
    },
};

/// Who wrote it down.
pub(super) struct Names(pub(super) HashMap<UserId, Phi<String>>);

impl Names {
    fn of(&self, id: UserId) -> String {
        self.0.get(&id).map_or_else(|| format!("user {id}"), |name| name.reveal().clone())
    }
}

/// Everybody who has a part in it.
pub(super) fn people(incident: &IncidentView) -> Vec<UserId> {
    let mut all: Vec<_> = incident.timeline.iter().map(|line| line.by).chain([incident.opened_by]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The file as a PDF.
pub(super) fn write(
    incident: &IncidentView,
    practice: &Phi<String>,
    names: &Names,
    at: DateTime<Utc>,
) -> Result<Vec<u8>, WriteError> {
    let title = format!("Incident of {}", incident.discovered_at.date_naive());
    let blocks = blocks(incident, practice, names, (&title, at));
    let jurisdiction = incident.jurisdiction.clone();
    write_paper(&Paper { title, jurisdiction, language: "en".to_owned(), made_at: at }, &blocks)
}

fn blocks(
    incident: &IncidentView,
    practice: &Phi<String>,
    names: &Names,
    title: (&str, DateTime<Utc>),
) -> Vec<Block> {
    let mut blocks = front(incident, practice, names, title);
    blocks.push(heading(2, "Who had to be told"));
    if incident.duties.is_empty() {
        blocks.push(paragraph("Nobody, by what was decided and counted."));
    }
    blocks.extend(incident.duties.iter().flat_map(duty));
    blocks.push(heading(2, "Timeline"));
    blocks.push(paragraph(
        "Everything that was written down, in the order in which it was. The software changes and removes nothing of it.",
    ));
    blocks.extend(incident.timeline.iter().flat_map(|line| entry(line, names)));
    blocks
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading(level, text.to_owned())
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.to_owned())
}

fn row(label: &str, text: impl Into<String>) -> Block {
    Block::Row(label.to_owned(), text.into())
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn front(
    incident: &IncidentView,
    practice: &Phi<String>,
    names: &Names,
    (title, at): (&str, DateTime<Utc>),
) -> Vec<Block> {
    let opened = &incident.opened;
    let kind = match opened.kind {
        IncidentKind::UnauthorizedAccess => "somebody saw what they had no reason to see",
        IncidentKind::WrongRecipient => "something went to the wrong person",
        IncidentKind::LostOrStolen => "lost or stolen",
        IncidentKind::Attack => "somebody broke in",
        IncidentKind::Vendor => "it happened at somebody who works for the practice",
        IncidentKind::Ai => "an AI system did what it should not",
        IncidentKind::Other => "something else",
    };
    let severity = match opened.severity {
        IncidentSeverity::Low => "low",
        IncidentSeverity::Medium => "medium",
        IncidentSeverity::High => "high",
        IncidentSeverity::Critical => "critical",
    };
    let state = match incident.state {
        IncidentState::Open => "nobody has decided yet; a breach is presumed",
        IncidentState::Assessed => "decided",
        IncidentState::Closed => "closed",
    };
    let mut blocks = vec![
        heading(1, title),
        row("Practice", practice.reveal()),
        row("Made on", moment(at)),
        row("What sort", format!("{kind}; severity {severity}")),
        row("State", state),
        row("Happened", opened.happened_at.map_or("not known".to_owned(), moment)),
        row("Known since", moment(incident.discovered_at)),
        row("Opened", format!("{}, by {}", moment(incident.opened_at), names.of(incident.opened_by))),
        row("As opened", format!("known since {}", moment(opened.discovered_at))),
        row("What happened", opened.what.reveal()),
        row("People", incident.counted.as_ref().map_or("not counted".to_owned(), residents)),
        row("Days", format!("in {}", incident.time_zone)),
        row("Rules", format!("as looked at on {}", incident.rules_looked_at)),
    ];
    match &incident.assessment {
        None => blocks.push(row("Decision", "none yet")),
        Some(assessment) => blocks.extend(decision(assessment)),
    }
    if let Some(closing) = &incident.closing {
        blocks.push(row("Cause", closing.cause.reveal()));
        blocks.push(row("Correction", closing.correction.reveal()));
    }
    blocks
}

/// `US-CA 12, US-NV 3; 2 of them are clients here`.
fn residents(counted: &Counted) -> String {
    let places: Vec<_> = counted.residents.iter().map(|(place, count)| format!("{place} {count}")).collect();
    format!("{}; {} of them are named as clients here", places.join(", "), counted.clients.len())
}

fn decision(it: &Assessment) -> Vec<Block> {
    let words = match it.decision {
        BreachDecision::Breach => "a breach",
        BreachDecision::Secured => "no breach: it was secured, and no key is gone (164.402)",
        BreachDecision::GoodFaith => "no breach: seen in good faith, within one's work (164.402(1)(i))",
        BreachDecision::Inadvertent => "no breach: shown by mistake to a colleague (164.402(1)(ii))",
        BreachDecision::NotRetained => "no breach: whoever got it could not keep it (164.402(1)(iii))",
        BreachDecision::LowProbability => "no breach: a low probability that it was compromised (164.402(2))",
    };
    let mut blocks = vec![row("Decision", words), row("Why", it.reasons.reveal())];
    blocks.extend(it.factors.iter().map(|one| {
        let factor = match one.factor {
            BreachFactor::NatureAndExtent => "What it was",
            BreachFactor::Recipient => "Who got it",
            BreachFactor::AcquiredOrViewed => "Taken or seen",
            BreachFactor::Mitigation => "Made smaller",
        };
        row(factor, format!("{} (risk: {})", one.finding.reveal(), one.rating.as_str()))
    }));
    blocks
}

fn told(duty: Duty, place: Option<&String>) -> String {
    match duty {
        Duty::Individuals => "Everybody it is about".to_owned(),
        Duty::Media => format!("Media of {}", place.map_or("", String::as_str)),
        Duty::HhsAtOnce => "HHS, with the people".to_owned(),
        Duty::HhsYearly => "HHS, after the year".to_owned(),
        Duty::CoveredEntity => "Whoever it was kept for".to_owned(),
    }
}

fn duty(it: &DutyView) -> Vec<Block> {
    let done = match (it.done_on, it.late) {
        (None, false) => "not yet".to_owned(),
        (None, true) => "not yet, and it is too late".to_owned(),
        (Some(on), false) => format!("on {on}"),
        (Some(on), true) => format!("on {on}, too late"),
    };
    let mut blocks = vec![
        heading(3, &told(it.duty, it.place.as_ref())),
        row("Told", done),
        row("Last day", format!("{}, counted from {}", it.due_on, it.from)),
        row("Rule", format!("{}: {}", it.citation, it.asks)),
    ];
    if let Some(until) = it.waits_until {
        blocks.push(row("Waits", format!("an official asks to wait until {until}")));
    }
    if it.assumed {
        blocks.push(row("Assumed", "nobody has counted the people yet"));
    }
    blocks
}

fn entry(line: &TimelineEntry, names: &Names) -> Vec<Block> {
    let (title, rest) = match &line.entry {
        IncidentEntry::Noted(it) => ("Noted", vec![paragraph(it.words.reveal())]),
        IncidentEntry::Discovered(it) => (
            "Somebody knew earlier",
            vec![row("Since", moment(it.discovered_at)), paragraph(it.words.reveal())],
        ),
        IncidentEntry::Counted(it) => ("Counted", vec![row("People", residents(it))]),
        IncidentEntry::Assessed(it) => ("Decided", decision(it)),
        IncidentEntry::Delayed(it) => {
            let form = match it.form {
                StatementForm::Written => "in writing",
                StatementForm::Oral => "orally",
            };
            let until = it.until.map(|until| format!(", until {until}")).unwrap_or_default();
            (
                "An official asks to wait",
                vec![row("Said", format!("{form} on {}{until}", it.said_on)), paragraph(it.words.reveal())],
            )
        }
        IncidentEntry::Told(it) => (
            "Told",
            vec![
                row("Who", told(it.duty, it.place.as_ref())),
                row("On", it.on.to_string()),
                row("How", it.words.reveal()),
            ],
        ),
        IncidentEntry::Closed(it) => {
            ("Closed", vec![row("Cause", it.cause.reveal()), row("Correction", it.correction.reveal())])
        }
    };
    let mut blocks =
        vec![heading(3, title), row("Written", format!("{}, by {}", moment(line.at), names.of(line.by)))];
    blocks.extend(rest);
    blocks
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_was_written_down_stands_in_the_file() {
        let by = "01990000-0000-7000-8000-000000000001";
        let entries = [
            json!({ "entry": "noted", "words": "It came back." }),
            json!({ "entry": "discovered", "discovered_at": "2026-01-02T10:00:00Z", "words": "Robin knew." }),
            json!({ "entry": "counted", "residents": { "US-CA": 501, "US-NV": 2 } }),
            json!({ "entry": "assessed", "decision": "breach", "reasons": "It was opened.",
                "factors": [{ "factor": "recipient", "finding": "A neighbour.", "rating": "high" }] }),
            json!({ "entry": "delayed", "form": "oral", "said_on": "2026-01-05", "words": "Detective Lund." }),
            json!({ "entry": "told", "duty": "media", "place": "US-CA", "on": "2026-02-01", "words": "Two papers." }),
            json!({ "entry": "closed", "cause": "Two envelopes.", "correction": "One at a time." }),
        ];
        let timeline: Vec<_> =
            entries.iter().map(|it| json!({ "at": "2026-01-03T10:00:00Z", "by": by, "entry": it })).collect();
        let duty = json!({ "duty": "individuals", "place": null, "from": "2026-01-02", "due_on": "2026-03-03",
            "waits_until": null, "days_left": 1, "looks": [], "done_on": null, "late": false, "assumed": false,
            "citation": "45 CFR 164.404(b)", "asks": "Sixty days.", "source": "eCFR", "certainty": "sure" });
        let incident = json!({ "id": by, "state": "closed", "opened_at": "2026-01-03T10:00:00Z", "opened_by": by,
            "opened": { "kind": "wrong_recipient", "severity": "high", "what": "A letter went astray.",
                "discovered_at": "2026-01-03T10:00:00Z", "acts_as": "covered_entity" },
            "discovered_at": "2026-01-02T10:00:00Z", "counted": null, "assessment": null, "closing": null,
            "duties": [duty], "timeline": timeline, "time_zone": "UTC", "jurisdiction": "US-CA",
            "rules_looked_at": "2026-11-24" });
        let incident: IncidentView = serde_json::from_value(incident).expect("an incident");
        let names = Names([(incident.opened_by, "Vera Winter".into())].into());
        let at = incident.opened_at;
        let text = format!("{:?}", blocks(&incident, &"Lindenhof".into(), &names, ("Incident", at)));
        for words in [
            "A letter went astray.",
            "It came back.",
            "Robin knew.",
            "2026-01-02 10:00 UTC",
            "US-CA 501, US-NV 2",
            "a breach",
            "It was opened.",
            "A neighbour. (risk: high)",
            "orally on 2026-01-05",
            "Detective Lund.",
            "Media of US-CA",
            "Two papers.",
            "Two envelopes.",
            "One at a time.",
            "45 CFR 164.404(b): Sixty days.",
            "2026-03-03, counted from 2026-01-02",
            "by Vera Winter",
            "Lindenhof",
            "severity high",
        ] {
            assert!(text.contains(words), "{words}");
        }
        let file = write(&incident, &"Lindenhof".into(), &names, at).expect("a file");
        assert!(file.starts_with(b"%PDF-"));
    }
}
