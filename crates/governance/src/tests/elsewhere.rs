//! Engines elsewhere, and the agreements without which nothing goes there.

use super::*;

pub(super) fn agreed() -> EditAiSystem {
    EditAiSystem {
        state: Some(AiSystemState::Live),
        agreement_on: chrono::NaiveDate::from_ymd_opt(2026, 1, 31),
        chosen: Some(true),
        ..EditAiSystem::default()
    }
}

#[tokio::test]
async fn nothing_goes_elsewhere_before_there_is_an_agreement_and_somebody_has_chosen_it() {
    let mut bench = Bench::with(Ears::default()).await;
    let far = bench.elsewhere("one.example");
    let entered = bench.system("far").await;
    assert_eq!((entered.state, entered.local, entered.chosen), (AiSystemState::Off, false, false));
    assert!(bench.system("ears").await.local);
    // Neither switched on nor chosen without an agreement, nor with one of tomorrow's tomorrow.
    let on = EditAiSystem { state: Some(AiSystemState::Live), ..EditAiSystem::default() };
    assert!(matches!(bench.edit("far", on).await, Err(SwitchError::AgreementMissing)));
    let chosen = EditAiSystem { chosen: Some(true), ..EditAiSystem::default() };
    assert!(matches!(bench.edit("far", chosen.clone()).await, Err(SwitchError::Off)));
    let ahead = bench.data.database.clock().now().date_naive() + TimeDelta::days(2);
    let ahead = EditAiSystem { agreement_on: Some(ahead), ..agreed() };
    assert!(matches!(bench.edit("far", ahead).await, Err(SwitchError::Invalid(_))));
    // Live alone is not in use.
    bench.edit("far", EditAiSystem { chosen: None, ..agreed() }).await.unwrap();
    let _ = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    assert_eq!((bench.ears.asked.load(Ordering::SeqCst), far.asked.load(Ordering::SeqCst)), (1, 0));
    let changed = bench.edit("far", chosen.clone()).await.unwrap();
    assert_eq!((changed.chosen, changed.agreement_on), (true, agreed().agreement_on));
    let _ = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    assert_eq!((bench.ears.asked.load(Ordering::SeqCst), far.asked.load(Ordering::SeqCst)), (1, 1));
    let keys: Vec<_> = bench.calls().await.into_iter().map(|call| call.system_key).collect();
    assert_eq!(keys, ["far", "ears"], "newest first");
    // And back.
    bench.edit("ears", chosen).await.unwrap();
    assert!(!bench.system("far").await.chosen);
    let _ = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    assert_eq!((bench.ears.asked.load(Ordering::SeqCst), far.asked.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test]
async fn where_the_chosen_system_is_not_set_up_any_more_no_other_takes_its_place() {
    let mut bench = Bench::with(Ears::default()).await;
    bench.elsewhere("one.example");
    bench.edit("far", agreed()).await.unwrap();
    bench.nowhere_else();
    let refused = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap_err();
    assert!(matches!(refused, GatewayError::Forbidden(ErrorCode::SystemMissing)), "{refused}");
    assert_eq!(bench.ears.asked.load(Ordering::SeqCst), 0);
    let calls = bench.calls().await;
    assert_eq!(
        (calls[0].outcome, &calls[0].reasons[..]),
        (AiCallOutcome::Refused, &["ai_system_missing".to_owned()][..])
    );
}

#[tokio::test]
async fn an_agreement_is_with_whoever_runs_it_where_it_is() {
    let mut bench = Bench::with(Ears::default()).await;
    bench.elsewhere("one.example");
    bench.edit("far", agreed()).await.unwrap();
    let far = bench.elsewhere("other.example");
    let refused = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap_err();
    assert!(matches!(refused, GatewayError::Forbidden(ErrorCode::AiSystemOff)), "{refused}");
    let moved = bench.system("far").await;
    assert_eq!((moved.state, moved.agreement_on, moved.chosen), (AiSystemState::Off, None, true));
    assert_eq!(far.asked.load(Ordering::SeqCst) + bench.ears.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_agreement_that_has_ended_is_none() {
    let mut bench = Bench::with(Ears::default()).await;
    let far = bench.elsewhere("one.example");
    let today = bench.data.database.clock().now().date_naive();
    let until = |day| EditAiSystem { agreement_until: Some(day), ..EditAiSystem::default() };
    let none = bench.edit("far", until(Some(today))).await;
    assert!(matches!(none, Err(SwitchError::Invalid(_))), "there is no agreement that could end");
    bench.edit("far", agreed()).await.unwrap();
    let before = agreed().agreement_on.and_then(|day| day.pred_opt());
    assert!(matches!(bench.edit("far", until(before)).await, Err(SwitchError::Invalid(_))));
    bench.edit("far", until(Some(today))).await.unwrap();
    let _ = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    bench.data.clock.advance(TimeDelta::days(1));
    let refused = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap_err();
    assert!(matches!(refused, GatewayError::Forbidden(ErrorCode::AgreementEnded)), "{refused}");
    assert_eq!(far.asked.load(Ordering::SeqCst), 1);
    bench.edit("far", until(None)).await.unwrap();
    let _ = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
}

#[tokio::test]
async fn what_a_month_may_cost_is_not_exceeded_by_a_further_call_and_the_next_month_begins_anew() {
    let mut bench = Bench::with(Ears::default()).await;
    let far = bench.elsewhere("one.example");
    let hour = crate::ledger::Prices { sound_hour: Some(3_600_000.0), ..Default::default() };
    bench.gateway = bench.gateway.clone().priced([("far".to_owned(), hour)].into());
    bench.edit("far", agreed()).await.unwrap();
    let budget = |sum| EditAiSystem { monthly_budget_micro_usd: Some(sum), ..EditAiSystem::default() };
    assert!(matches!(bench.edit("far", budget(Some(u64::MAX))).await, Err(SwitchError::Invalid(_))));
    bench.edit("far", budget(Some(1_000_000))).await.unwrap();
    // A dollar for a millisecond, and a call that is sixteen samples long.
    let call = async || {
        bench.gateway.transcribe(&bench.call(), Piece { samples: vec![1; 16], language: None }).await
    };
    let answer = call().await.unwrap();
    let mut tx = bench.data.begin(bench.data.pipeline()).await;
    answer.keep(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.system("far").await.spent_micro_usd, 1_000_000);
    let refused = call().await.unwrap_err();
    assert!(matches!(refused, GatewayError::Forbidden(ErrorCode::AiBudgetSpent)), "{refused}");
    bench.data.clock.advance(TimeDelta::days(31));
    let _ = call().await.unwrap();
    assert_eq!(far.asked.load(Ordering::SeqCst), 2);
}
