//! What AI did, counted.

use std::collections::BTreeMap;

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    governance::{AiCallOutcome, AiSystemView},
    reports::{AiBar, AiOutcomes, AiReason, AiSummary, AiUse},
};

use super::Within;
use crate::{
    ledger::store::{self, Counted},
    orders,
    situation::Situation,
    systems,
};

/// What AI did in a span of days: a query for each bar, whatever the number of calls.
///
/// # Errors
/// The database or the keys fail.
pub async fn summary(
    tx: &mut Tx,
    granted: Granted<perm::ReadGovernance>,
    within: Within,
) -> Result<AiSummary, AccessError> {
    let systems = systems::list(tx, granted).await?;
    let mut systems: Vec<_> = systems.into_iter().map(unused).collect();
    let (mut bars, mut reasons) = (Vec::new(), BTreeMap::<String, u64>::new());
    for bar in within.bars() {
        let mut of_bar =
            AiBar { from: bar.from, until: bar.until, calls: AiOutcomes::default(), cost_micro_usd: 0 };
        for counted in store::count(tx, &bar.moments()).await? {
            of_bar.cost_micro_usd += whole(counted.cost_micro_usd);
            add(&mut of_bar.calls, &counted);
            if let Some(system) = systems.iter_mut().find(|system| system.system_id == counted.system_id) {
                add(&mut system.calls, &counted);
                system.sound_ms += whole(counted.sound_ms);
                system.input_tokens += whole(counted.input_tokens);
                system.output_tokens += whole(counted.output_tokens);
                system.cost_micro_usd += whole(counted.cost_micro_usd);
            }
            for code in counted.reasons.split(',').filter(|code| !code.is_empty()) {
                *reasons.entry(code.to_owned()).or_default() += whole(Some(counted.calls));
            }
        }
        bars.push(of_bar);
    }
    let mut reasons: Vec<_> = reasons.into_iter().map(|(code, calls)| AiReason { code, calls }).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.calls));
    let orders = orders::store::list_within(tx, &within.moments()).await?;
    let rules = Situation::of(tx).await?.place.named();
    tx.record(Event::general(Action::AiUseRead));
    Ok(AiSummary { from: within.from, until: within.until, rules, systems, bars, reasons, orders })
}

fn unused(system: AiSystemView) -> AiUse {
    AiUse {
        system_id: system.id,
        name: system.name,
        vendor: system.vendor,
        purpose: system.purpose,
        local: system.local,
        state: system.state,
        agreement_on: system.agreement_on,
        agreement_until: system.agreement_until,
        version: system.version,
        calls: AiOutcomes::default(),
        sound_ms: 0,
        input_tokens: 0,
        output_tokens: 0,
        cost_micro_usd: 0,
    }
}

fn add(to: &mut AiOutcomes, counted: &Counted) {
    let calls = whole(Some(counted.calls));
    match counted.outcome {
        AiCallOutcome::Succeeded => to.succeeded += calls,
        AiCallOutcome::Refused => to.refused += calls,
        AiCallOutcome::Failed | AiCallOutcome::Timeout => to.failed += calls,
        // It is under way: how it ends is not known yet.
        AiCallOutcome::Started => {}
    }
}

fn whole(number: Option<i64>) -> u64 {
    number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default()
}
