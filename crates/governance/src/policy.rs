//! What must hold before a call is made: facts in, violations out, nothing else.

use shared::{errors::ErrorCode, governance::AiSystemState};

/// What is known when a call is about to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether the system that the practice has chosen is set up on this server.
    pub set_up: bool,
    /// Whether the practice has the system switched on.
    pub system: AiSystemState,
    /// What the clients in the session have said about AI.
    pub consent: AiConsent,
}

/// What the clients in a session have said about AI working on it.
///
/// The wording of the consent to a recording names AI and its purpose. A practice may also ask for
/// `ai_processing` apart, as some places require (225 ILCS 155/15(b)): then that answer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AiConsent {
    /// Whoever was asked apart agrees now.
    Holds,
    /// Somebody who was asked apart has taken their agreement back.
    TakenBack,
}

/// A rule that the call would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// The system that the practice has chosen is not set up on this server. No other takes its place: it may be elsewhere.
    SystemMissing,
    /// The practice has switched the system off.
    SystemOff,
    /// A client has taken back their agreement to AI.
    ConsentTakenBack,
}

impl Violation {
    /// The stable code, as it stands in the ledger.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::SystemMissing => ErrorCode::SystemMissing,
            Self::SystemOff => ErrorCode::AiSystemOff,
            Self::ConsentTakenBack => ErrorCode::ConsentRevoked,
        }
    }
}

/// Every rule that a call would break; none means that it may be made.
pub fn violations(facts: Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    if !facts.set_up {
        violations.push(Violation::SystemMissing);
    }
    if facts.system == AiSystemState::Off {
        violations.push(Violation::SystemOff);
    }
    if facts.consent == AiConsent::TakenBack {
        violations.push(Violation::ConsentTakenBack);
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_live_system_may_be_called_and_only_while_the_clients_agree() {
        use AiConsent::{Holds, TakenBack};
        use AiSystemState::{Live, Off};
        use Violation::{ConsentTakenBack, SystemMissing, SystemOff};
        let of = |system, consent| violations(Facts { set_up: true, system, consent });
        assert_eq!(of(Live, Holds), []);
        assert_eq!(of(Off, Holds), [SystemOff]);
        assert_eq!(of(Live, TakenBack), [ConsentTakenBack]);
        assert_eq!(of(Off, TakenBack), [SystemOff, ConsentTakenBack], "all reasons are kept");
        let gone = Facts { set_up: false, system: Live, consent: Holds };
        assert_eq!(violations(gone), [SystemMissing], "no other takes its place");
    }
}
