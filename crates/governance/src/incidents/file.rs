//! An incident as its timeline tells it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use shared::incidents::{Counted, IncidentEntry, IncidentState, IncidentView};

use super::{
    clocks::{Facts, duties},
    rules::Pack,
    store::Kept,
};

/// Where days are counted, and by whose laws.
#[derive(Debug, Clone)]
pub struct Whereabouts {
    pub zone: Tz,
    pub jurisdiction: String,
}

/// Reads an incident: of each kind of entry the newest holds, of discoveries the earliest, and all of those who were told or
/// who asked to wait.
pub fn view(kept: Kept, place: &Whereabouts, now: DateTime<Utc>) -> IncidentView {
    let Kept { id, opened, opened_by, opened_at, timeline } = kept;
    let mut facts = Facts {
        zone: place.zone,
        discovered_at: opened.discovered_at,
        acts_as: opened.acts_as,
        contract_days: opened.contract_days,
        residents: None,
        decision: None,
        delays: Vec::new(),
        told: std::collections::BTreeMap::new(),
    };
    let (mut counted, mut assessment, mut closing) = (None, None, None);
    for line in &timeline {
        match &line.entry {
            IncidentEntry::Noted(_) => {}
            IncidentEntry::Discovered(it) => {
                facts.discovered_at = facts.discovered_at.min(it.discovered_at);
            }
            IncidentEntry::Counted(it) => {
                // Whoever is found afterwards is told too.
                if counted.as_ref().is_some_and(|before: &Counted| it.total() > before.total()) {
                    facts.told.clear();
                }
                counted = Some(it.clone());
            }
            IncidentEntry::Assessed(it) => assessment = Some(it.clone()),
            IncidentEntry::Delayed(it) => facts.delays.push(it.clone()),
            IncidentEntry::Told(it) => {
                facts.told.insert((it.duty, it.place.clone()), it.on);
            }
            IncidentEntry::Closed(it) => closing = Some(it.clone()),
        }
    }
    facts.residents = counted.as_ref().map(|it| it.residents.clone());
    facts.decision = assessment.as_ref().map(|it| it.decision);
    let state = match (&closing, &assessment) {
        (Some(_), _) => IncidentState::Closed,
        (None, Some(_)) => IncidentState::Assessed,
        (None, None) => IncidentState::Open,
    };
    IncidentView {
        id,
        state,
        opened_at,
        opened_by,
        opened,
        discovered_at: facts.discovered_at,
        counted,
        assessment,
        closing,
        duties: duties(&facts, now),
        timeline,
        time_zone: place.zone.name().to_owned(),
        jurisdiction: place.jurisdiction.clone(),
        rules_looked_at: Pack::own().looked_at,
    }
}
