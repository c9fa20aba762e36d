//! What a practice orders about AI, and when that holds.

use std::time::Duration;

use shared::{
    Phi,
    decisions::{AiVerdict, NewAiOrder},
};
use tokio::sync::Notify;

use super::*;
use crate::orders::{self, OrderError};

fn because(reason: &str) -> NewAiOrder {
    NewAiOrder { reason: Phi::new(reason.to_owned()) }
}

impl Bench {
    async fn stop(&self, reason: &str) -> Result<shared::decisions::AiOrderView, OrderError> {
        let owner = self.data.owner();
        let granted = owner.require().unwrap();
        let mut tx = self.data.begin(owner).await;
        let order = orders::stop(&mut tx, granted, &because(reason)).await?;
        tx.commit().await.unwrap();
        Ok(order)
    }

    async fn allow_again(&self) -> Result<(), OrderError> {
        let owner = self.data.owner();
        let granted = owner.require().unwrap();
        let mut tx = self.data.begin(owner).await;
        orders::allow_again(&mut tx, granted).await?;
        tx.commit().await.unwrap();
        Ok(())
    }
}

#[tokio::test]
async fn once_all_is_stopped_every_call_is_refused_until_it_is_allowed_again() {
    let bench = Bench::with(Ears::default()).await;
    assert!(matches!(bench.stop(" ").await, Err(OrderError::Invalid(_))), "it says why");
    let first = bench.stop("Zebra heard something odd").await.unwrap();
    assert_eq!(bench.stop("again").await.unwrap(), first, "it is stopped already");
    let refused = bench.gateway.transcribe(&bench.call(), piece()).await;
    assert!(matches!(refused, Err(GatewayError::Forbidden(ErrorCode::AiStopped))));
    assert_eq!(bench.ears.asked.load(Ordering::SeqCst), 0);
    let call = &bench.calls().await[0];
    assert_eq!((call.outcome, &call.reasons[..]), (AiCallOutcome::Refused, &["ai_stopped".to_owned()][..]));
    assert!(!bench.data.holds("Zebra").await, "the reason is sealed");
    bench.allow_again().await.unwrap();
    assert!(matches!(bench.allow_again().await, Err(OrderError::NotFound)));
    let _ = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    let call = &bench.calls().await[0];
    assert!(call.rules.ends_with(" US-CA"), "by which rules it was decided: {}", call.rules);
}

/// Begins to hear, and never ends.
struct Endless {
    begun: Arc<Notify>,
}

#[async_trait]
impl Transcriber for Endless {
    fn system(&self) -> SystemDescription {
        described("endless")
    }

    async fn transcribe(&self, _piece: Piece) -> Result<PieceText, TranscribeError> {
        self.begun.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_is_being_called_is_broken_off_within_five_seconds() {
    let mut bench = Bench::with(Ears::default()).await;
    let begun = Arc::new(Notify::new());
    let endless = Arc::new(Endless { begun: begun.clone() });
    bench.gateway = Gateway::new(
        bench.data.database.clone(),
        Engines::only(SpeechEngine::of_pieces(endless)),
        Engines::only(Arc::new(Halves)),
        Engines::only(Arc::new(llm::Extract)),
    );
    let stopped = async {
        begun.notified().await;
        bench.stop("It has to end").await.unwrap();
    };
    let call = bench.call();
    let calling = tokio::time::timeout(Duration::from_secs(5), bench.gateway.transcribe(&call, piece()));
    let (ended, ()) = tokio::join!(calling, stopped);
    let ended = ended.expect("it ended in time");
    assert!(matches!(ended, Err(GatewayError::Forbidden(ErrorCode::AiStopped))));
    let call = &bench.calls().await[0];
    assert_eq!((call.outcome, &call.reasons[..]), (AiCallOutcome::Failed, &["ai_stopped".to_owned()][..]));
}

#[tokio::test]
async fn a_pinned_version_is_the_only_one_that_is_called() {
    let mut bench = Bench::with(Ears::default()).await;
    let pinned = |pinned| EditAiSystem { pinned: Some(pinned), ..EditAiSystem::default() };
    assert_eq!(bench.edit("ears", pinned(true)).await.unwrap().pinned_version.as_deref(), Some("1"));
    let _ = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    // The software is brought up to date, and with it the model.
    bench.ears = Arc::new(Ears { version: "2", ..Ears::default() });
    bench.nowhere_else();
    let refused = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap_err();
    assert!(matches!(refused, GatewayError::Forbidden(ErrorCode::AiVersionChanged)), "{refused}");
    assert_eq!(bench.ears.asked.load(Ordering::SeqCst), 0);
    bench.edit("ears", pinned(true)).await.unwrap();
    let _ = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    assert_eq!(bench.edit("ears", pinned(false)).await.unwrap().pinned_version, None);
}

#[tokio::test]
async fn a_rule_of_the_place_is_set_aside_with_a_reason_and_holds_again() {
    let bench = Bench::with(Ears::default()).await;
    let owner = bench.data.owner();
    let (read, write) = (|| owner.require().unwrap(), || owner.require().unwrap());
    let mut tx = bench.data.begin(owner.clone()).await;
    let unknown = orders::set_aside(&mut tx, write(), "xx.nothing", &because("No")).await;
    assert!(matches!(unknown, Err(OrderError::NotFound)));
    let listed = orders::list_rules(&mut tx, read()).await.unwrap();
    assert_eq!((listed.jurisdiction.as_str(), listed.rules[0].here), ("US-CA", true));
    assert!(!listed.rules.last().unwrap().here, "those of other places come last");
    let aside =
        orders::set_aside(&mut tx, write(), "ca.all_party", &because("Counsel says so")).await.unwrap();
    let listed = orders::list_rules(&mut tx, read()).await.unwrap();
    let rule = listed.rules.iter().find(|it| it.rule.key == "ca.all_party").unwrap();
    assert_eq!((rule.here, rule.set_aside.as_ref()), (true, Some(&aside)));
    orders::holds_again(&mut tx, write(), "ca.all_party").await.unwrap();
    assert!(matches!(orders::holds_again(&mut tx, write(), "ca.all_party").await, Err(OrderError::NotFound)));
}

#[tokio::test]
async fn what_would_be_decided_is_told_and_nothing_is_called() {
    let bench = Bench::with(Ears::default()).await;
    let system = bench.system("ears").await;
    let told = async |session| {
        let owner = bench.data.owner();
        let granted = owner.require().unwrap();
        let mut tx = bench.data.begin(owner).await;
        let told = bench
            .gateway
            .explain(&mut tx, granted, system.id, AiData::Client, session)
            .await
            .unwrap()
            .unwrap();
        tx.commit().await.unwrap();
        told
    };
    let agreed = Standings { recording: Standing::Aloud, ai: Standing::NeverAsked };
    assert!(told(Some(agreed)).await.allowed);
    let open = told(None).await;
    assert!(open.allowed && open.checks.iter().any(|check| check.verdict == AiVerdict::Depends));
    bench.stop("To see").await.unwrap();
    let refused = told(Some(Standings { ai: Standing::TakenBack, ..agreed })).await;
    let codes: Vec<_> = refused.checks.iter().filter_map(|check| check.code).collect();
    assert_eq!((refused.allowed, codes), (false, vec![ErrorCode::AiStopped, ErrorCode::ConsentRevoked]));
    assert_eq!((bench.calls().await.len(), bench.ears.asked.load(Ordering::SeqCst)), (0, 0));
}
