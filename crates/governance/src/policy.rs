//! What must hold before a call is made: facts in, violations out, nothing else.

use shared::{errors::ErrorCode, governance::AiSystemState};

/// What is known when a call is about to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether the practice has the system switched on.
    pub system: AiSystemState,
}

/// A rule that the call would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// The practice has switched the system off.
    SystemOff,
}

impl Violation {
    /// The stable code, as it stands in the ledger.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::SystemOff => ErrorCode::AiSystemOff,
        }
    }
}

/// Every rule that a call would break; none means that it may be made.
pub fn violations(facts: Facts) -> Vec<Violation> {
    match facts.system {
        AiSystemState::Live => Vec::new(),
        AiSystemState::Off => vec![Violation::SystemOff],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_live_system_may_be_called() {
        assert_eq!(violations(Facts { system: AiSystemState::Live }), []);
        assert_eq!(violations(Facts { system: AiSystemState::Off }), [Violation::SystemOff]);
    }
}
