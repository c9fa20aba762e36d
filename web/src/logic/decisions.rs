//! Words about what is decided before an AI call.

use shared::{
    decisions::{AiRule, RuleKind},
    retention::Certainty,
};

/// What a rule asks.
pub const fn rule(rule: AiRule) -> &'static str {
    match rule {
        AiRule::NotStopped => "AI is not stopped here",
        AiRule::SetUp => "It is set up on this server",
        AiRule::SwitchedOn => "It is switched on",
        AiRule::WrittenConsent => "The clients agree to AI in writing, where the law asks for that",
        AiRule::Notice => "The clients were told of AI, where the law asks for that",
        AiRule::Recording => "The clients agree to the recording",
        AiRule::Agreement => "No client has taken their agreement to AI back",
        AiRule::Vendor => "There is an agreement in force with whoever runs it",
        AiRule::Version => "It is the version that was pinned",
        AiRule::Budget => "This month's budget is not spent",
    }
}

/// How a rule of a place is kept.
pub const fn kept(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::WrittenConsent | RuleKind::Notice | RuleKind::AllParties => "Checked before every call",
        RuleKind::Review => "A person signs everything",
        RuleKind::Never => "Not in this software",
        RuleKind::Watched => "To be known",
    }
}

/// How sure it is that it says so.
pub const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Sure => "Read in the text:",
        Certainty::Likely => "Read elsewhere:",
        Certainty::CheckWithCounsel => "Check with counsel:",
    }
}

/// Millionths of a dollar as dollars: `$12.50`, and `$0.0123` where it is less than a cent.
pub fn dollars(micro: u64) -> String {
    if micro.is_multiple_of(10_000) || micro >= 1_000_000 {
        return format!("${}.{:02}", micro / 1_000_000, micro / 10_000 % 100);
    }
    format!("${}.{:04}", micro / 1_000_000, micro / 100 % 10_000)
}

/// Dollars as millionths of one: nothing is below zero.
pub fn micro_dollars(dollars: f64) -> u64 {
    (dollars * 1_000_000.0).round().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_reads_as_money() {
        assert_eq!(dollars(12_500_000), "$12.50");
        assert_eq!(dollars(0), "$0.00");
        assert_eq!(dollars(290), "$0.0002");
        assert_eq!((micro_dollars(12.5), micro_dollars(-1.0)), (12_500_000, 0));
    }
}
