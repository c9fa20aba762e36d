//! What must hold before a call is made: facts in, what every rule says of them out, nothing else.

mod places;

use chrono::NaiveDate;
use shared::{
    consents::{Standing, Standings},
    decisions::{AiCheck, AiRule, AiVerdict, PlaceRule, RuleKind},
    errors::ErrorCode,
    governance::{AiData, AiPurpose},
};

pub use places::{Place, all as place_rules, collected_on};

/// What is known when a call is about to be made.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The day, where the practice is.
    pub on: NaiveDate,
    /// What for.
    pub purpose: AiPurpose,
    /// Whose data goes in.
    pub data: AiData,
    /// Whether the practice has stopped all AI.
    pub stopped: bool,
    /// Whether the system that the practice has chosen is set up on this server.
    pub set_up: bool,
    /// Whether the practice has the system switched on.
    pub switched_on: bool,
    /// Who gets what goes in.
    pub run_by: RunBy,
    /// The version that would be called, and the only one that the practice allows.
    pub version: Version,
    /// What the system may cost in a month, and has.
    pub budget: Option<Budget>,
    /// Where the practice works.
    pub place: Place,
    /// What the clients in the session have agreed to; `None`: no session is asked about.
    pub session: Option<Standings>,
}

/// Who gets what goes into a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunBy {
    /// Nobody: it stays on this computer.
    ThisComputer,
    /// Somebody with whom there is no agreement.
    Stranger,
    /// A business associate, by an agreement between these days, both among them; the last may be open.
    Associate(NaiveDate, Option<NaiveDate>),
}

/// The version of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Any may be called.
    Any,
    /// It is the pinned one.
    Pinned,
    /// Another is pinned.
    Changed,
}

/// What a system may cost in a calendar month, in millionths of a US dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// At most.
    pub allowed: u64,
    /// So far.
    pub spent: u64,
}

/// What every rule says of a call, in the order of [`AiRule::ALL`].
pub fn decide(facts: &Facts) -> Vec<AiCheck> {
    let check = |rule: &AiRule| {
        let (verdict, code, laws) = say(*rule, facts);
        AiCheck { rule: *rule, verdict, code, laws: laws.into_iter().map(|law| law.key.clone()).collect() }
    };
    AiRule::ALL.iter().map(check).collect()
}

/// Why a call is forbidden, the first reason first and each once; none: it may be made.
pub fn refusals(checks: &[AiCheck]) -> Vec<ErrorCode> {
    let mut codes = Vec::new();
    for code in checks.iter().filter_map(|check| check.code) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

type Said = (AiVerdict, Option<ErrorCode>, Vec<&'static PlaceRule>);

fn say(rule: AiRule, facts: &Facts) -> Said {
    match rule {
        // What is made up is nobody's: there is nobody to ask, and nothing to agree about with whoever gets it.
        AiRule::WrittenConsent | AiRule::Notice | AiRule::Recording | AiRule::Agreement | AiRule::Vendor
            if facts.data == AiData::Synthetic =>
        {
            not_asked()
        }
        AiRule::NotStopped => must(!facts.stopped, ErrorCode::AiStopped),
        AiRule::SetUp => must(facts.set_up, ErrorCode::SystemMissing),
        AiRule::SwitchedOn => must(facts.switched_on, ErrorCode::AiSystemOff),
        AiRule::WrittenConsent => of_place(facts, RuleKind::WrittenConsent, |session| {
            must(session.ai == Standing::InWriting, taken_back_or(session.ai, ErrorCode::AiConsentMissing))
        }),
        // The wordings of both consents name AI and its purpose: whoever agrees to one of them was told.
        AiRule::Notice => of_place(facts, RuleKind::Notice, |session| {
            must(session.ai.holds() || session.recording.holds(), ErrorCode::AiNoticeMissing)
        }),
        // Words are no recording.
        AiRule::Recording if matches!(facts.purpose, AiPurpose::Drafting | AiPurpose::Other) => not_asked(),
        AiRule::Recording => {
            let (verdict, code, _) = of_session(facts, |session| {
                must(session.recording.holds(), taken_back_or(session.recording, ErrorCode::ConsentMissing))
            });
            (verdict, code, facts.place.rules(RuleKind::AllParties))
        }
        // Whoever was not asked apart has agreed with the consent to the recording; or nothing was recorded.
        AiRule::Agreement => {
            of_session(facts, |session| must(session.ai != Standing::TakenBack, ErrorCode::ConsentRevoked))
        }
        AiRule::Vendor => match facts.run_by {
            RunBy::ThisComputer => not_asked(),
            RunBy::Stranger => must(false, ErrorCode::AgreementMissing),
            RunBy::Associate(from, _) if from > facts.on => must(false, ErrorCode::AgreementMissing),
            RunBy::Associate(_, until) => {
                must(until.is_none_or(|until| until >= facts.on), ErrorCode::AgreementEnded)
            }
        },
        AiRule::Version => match facts.version {
            Version::Any => not_asked(),
            Version::Pinned => must(true, ErrorCode::AiVersionChanged),
            Version::Changed => must(false, ErrorCode::AiVersionChanged),
        },
        AiRule::Budget => facts
            .budget
            .map_or_else(not_asked, |budget| must(budget.spent < budget.allowed, ErrorCode::AiBudgetSpent)),
    }
}

fn must(holds: bool, code: ErrorCode) -> Said {
    if holds { (AiVerdict::Kept, None, Vec::new()) } else { (AiVerdict::Broken, Some(code), Vec::new()) }
}

fn not_asked() -> Said {
    (AiVerdict::NotAsked, None, Vec::new())
}

/// What somebody has taken back they were asked for.
fn taken_back_or(standing: Standing, never: ErrorCode) -> ErrorCode {
    if standing == Standing::TakenBack { ErrorCode::ConsentRevoked } else { never }
}

fn of_session(facts: &Facts, of: impl FnOnce(Standings) -> Said) -> Said {
    facts.session.map_or((AiVerdict::Depends, None, Vec::new()), of)
}

/// A rule that holds where the law of the place asks for it.
fn of_place(facts: &Facts, kind: RuleKind, of: impl FnOnce(Standings) -> Said) -> Said {
    let laws = facts.place.rules(kind);
    if laws.is_empty() {
        return not_asked();
    }
    let (verdict, code, _) = of_session(facts, of);
    (verdict, code, laws)
}

#[cfg(test)]
mod tests;
