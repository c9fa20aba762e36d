//! The chain over the audit trail, as this process keeps it: what a commit has recorded is bound a moment later, and
//! the end of the chain is anchored outside the database once a minute.

pub mod affected;
pub(crate) mod anchors;
mod command;
pub mod export;
pub mod readers;
pub mod retention;
mod shorten;
pub mod signing_key;
pub mod verify;

use std::{collections::HashSet, time::Duration};

use access::{Chainer, Linked};
use chrono::TimeDelta;
use shared::PracticeId;
use tokio::time::{Instant, sleep, sleep_until};

use crate::App;

pub use anchors::{AnchorError, anchor, read as read_anchors};
pub use command::{VerifyAudit, run};
pub(crate) use shorten::shorten;

/// What is committed within this time is bound together. Ids that are made at once are seen in order by then.
const GATHER: Duration = Duration::from_millis(300);
/// How often the ends of chains are anchored, at most.
const ANCHOR: Duration = Duration::from_mins(1);
/// After a failure.
const PAUSE: Duration = Duration::from_secs(2);
/// How often the last day of every trail is verified, and what was missed is bound.
const WATCH: Duration = Duration::from_hours(1);
const WATCHED: TimeDelta = TimeDelta::hours(24);
/// What is younger is still to be bound in its turn.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// Binds what this process commits, for ever.
pub(crate) async fn keep(app: App) {
    let mut chainer = Chainer::new(app.database.clone());
    let mut moved = HashSet::new();
    let mut next_anchors = Instant::now();
    loop {
        tokio::select! {
            () = app.database.links_wanted() => sleep(GATHER).await,
            () = sleep_until(next_anchors), if !moved.is_empty() => {}
        }
        let mut failed = false;
        for (practice, since) in app.database.take_unlinked() {
            match chainer.link(practice).await {
                Ok(linked) => {
                    report(practice, &linked);
                    if linked.moved {
                        moved.insert(practice);
                    }
                }
                Err(error) => {
                    failed = true;
                    app.database.want_links(practice, since);
                    let error = format!("{:#}", anyhow::Error::from(error));
                    tracing::error!(error, practice_id = %practice, "the audit trail could not be linked");
                }
            }
        }
        if !moved.is_empty() && Instant::now() >= next_anchors {
            next_anchors = Instant::now() + ANCHOR;
            for practice in std::mem::take(&mut moved) {
                if let Err(error) = anchor(&app, practice).await {
                    let lost = matches!(error, AnchorError::ChainLost);
                    let error = format!("{:#}", anyhow::Error::from(error));
                    tracing::error!(error, practice_id = %practice, "the audit trail could not be anchored");
                    if !lost {
                        moved.insert(practice);
                    }
                }
            }
        }
        if failed {
            sleep(PAUSE).await;
        }
    }
}

fn report(practice: PracticeId, linked: &Linked) {
    if linked.events > 0 {
        telemetry::audit_linked(linked.events, linked.lag.to_std().unwrap_or_default());
    }
    if linked.lost {
        tracing::error!(practice_id = %practice, "the end of the audit trail's chain is not there any more");
    }
    for id in &linked.refused {
        tracing::error!(practice_id = %practice, audit_event_id = %id, "an audit event is not the server's own");
    }
}

/// Verifies the last day of every trail now and then, for ever: says what does not agree, and binds what was seen too
/// late by the rounds.
pub(crate) async fn watch(app: App) {
    loop {
        match watch_once(&app).await {
            Ok(breaks) => telemetry::audit_breaks(breaks),
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::error!(error, "the audit trail could not be watched");
            }
        }
        sleep(WATCH).await;
    }
}

/// One round of it: how much does not agree.
///
/// # Errors
/// The database or the store of anchors fails.
pub async fn watch_once(app: &App) -> Result<u64, AnchorError> {
    let mut breaks = 0;
    for practice in app.database.practices().await? {
        let now = app.database.clock().now();
        let anchors = anchors::read(&app.anchors, &app.database.trail_key(practice)).await?;
        let verified = app.database.verify_trail(practice, anchors, Some(now - WATCHED), None).await?;
        if let Some(first) = verified.report.first_break {
            breaks += verified.report.breaks_found;
            let (kind, link) = (first.kind.as_str(), first.link);
            let event = first.event_id.map(|id| id.to_string());
            tracing::error!(practice_id = %practice, kind, link, audit_event_id = event, "the audit trail was tampered with");
        }
        let late = verified.unlinked.until(now - LATE);
        if !late.is_empty() {
            let linked = Chainer::new(app.database.clone()).link_late(practice, late).await?;
            report(practice, &linked);
        }
    }
    Ok(breaks)
}
