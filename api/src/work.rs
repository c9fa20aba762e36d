//! The worker: hands over the outbox, does the jobs, and tidies up. As many processes as one likes.

mod activity;
pub mod backups;
pub(crate) mod charts;
mod deletions;
mod mail;
mod requests;
mod transcripts;

use std::{sync::Arc, time::Duration};

use access::{Actor, Tx};
use chrono::TimeDelta;
use jobs::{JobStatus, Outcome, RunSettings};
use scribe::{
    jobs::Unattended,
    pipeline::{Ended, run},
};
use shared::{JobId, MailId};
use tokio::time::sleep;
use uuid::Uuid;

use crate::{App, trail};

/// The outbox is looked at this often, even if nobody said that something is in it: another process
/// may have put it there.
const LOOK: Duration = Duration::from_secs(2);
const UPKEEP: Duration = Duration::from_mins(10);
/// The queue's word for a job that has come to an end by itself: it was cancelled, or it failed and says
/// why.
const STOPPED: &str = "stopped";
/// So many of the latest deaths are looked at; each of them is when it happens.
const DEATHS: u32 = 200;
/// What a killed server left half-written is nobody's after this time.
const UNFINISHED: TimeDelta = TimeDelta::hours(24);
/// A call that began this long ago and has not ended never will.
const ORPHANED: TimeDelta = TimeDelta::hours(1);

/// Works until the app is stopping. Jobs under way are parked and go on at the next start.
///
/// # Errors
/// The queue cannot be used at all.
pub async fn work(app: App) -> anyhow::Result<()> {
    let relay = tokio::spawn(hand_over(app.clone()));
    let deaths = tokio::spawn(attend_the_dead(app.clone()));
    let upkeep = tokio::spawn(tidy(app.clone()));
    let backups = tokio::spawn(backups::watch(app.clone()));
    let watch = tokio::spawn(trail::watch(app.clone()));
    let settings = RunSettings::new("worker", app.config.limits.workers);
    let (doing, stopping) = (app.clone(), app.stopping.clone());
    let handler: jobs::Handler = Arc::new(move |ticket, attempt| {
        let app = doing.clone();
        Box::pin(async move {
            let outcome = if ticket.kind == access::MAIL {
                mail::send(&app, MailId(ticket.id), attempt).await
            } else {
                do_job(&app, JobId(ticket.id), attempt).await
            };
            if let Outcome::Retry { reason_code, .. } | Outcome::Fail { reason_code } = &outcome {
                tracing::warn!(job_id = %ticket.id, attempt = attempt.number, reason_code, "the job did not end well");
            }
            outcome
        })
    });
    app.queue.run(settings, handler, async move { stopping.cancelled().await }).await?;
    relay.abort();
    deaths.abort();
    upkeep.abort();
    backups.abort();
    watch.abort();
    Ok(())
}

async fn do_job(app: &App, id: JobId, attempt: jobs::Attempt) -> Outcome {
    let practice = match app.database.practice_of_job(id).await {
        Ok(Some(practice)) => practice,
        Ok(None) => return Outcome::Fail { reason_code: "not_found" },
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "the job's practice could not be read");
            return later("database");
        }
    };
    match run(&app.scribe, practice, id, attempt.number, attempt.is_last()).await {
        Ok(Ended::Done) => Outcome::Done,
        Ok(Ended::Stopped) => Outcome::Fail { reason_code: STOPPED },
        Ok(Ended::Later(code)) => later(code.as_str()),
        Err(error) => {
            tracing::error!(
                error = format!("{:#}", anyhow::Error::from(error)),
                "the job failed on our side"
            );
            later("internal")
        }
    }
}

/// The queue makes the delays grow.
fn later(reason_code: &'static str) -> Outcome {
    Outcome::Retry { after: Duration::ZERO, reason_code }
}

async fn hand_over(app: App) {
    loop {
        let handed_over = async {
            app.database.relay_mail(&app.queue).await?;
            app.database.relay(&app.queue).await
        };
        if let Err(error) = handed_over.await {
            tracing::error!(
                error = format!("{:#}", anyhow::Error::from(error)),
                "the outbox could not be handed over"
            );
            sleep(LOOK).await;
        }
        tokio::select! {
            () = app.database.relay_wanted() => {}
            () = sleep(LOOK) => {}
        }
        if let Ok(depth) = app.queue.depth().await {
            telemetry::jobs_depth(depth.waiting, depth.running, depth.dead, depth.oldest_waiting_age);
        }
    }
}

/// Looks at the dead jobs at the start, whenever one dies here, and now and then for those that died in
/// another process.
async fn attend_the_dead(app: App) {
    loop {
        if let Err(error) = attend_once(&app).await {
            tracing::error!(error = format!("{error:#}"), "the dead jobs could not be looked at");
        }
        tokio::select! {
            () = app.queue.died() => {}
            () = sleep(UPKEEP) => {}
        }
    }
}

/// A job that is open although the queue has given it up would wait for ever.
async fn attend_once(app: &App) -> anyhow::Result<()> {
    for dead in app.queue.list_dead(DEATHS).await? {
        let id = JobId(dead.id);
        let Some(practice) = app.database.practice_of_job(id).await? else {
            mail::give_up(app, MailId(dead.id)).await?;
            continue;
        };
        let Some(job) = Unattended::find(&app.scribe, practice, id).await? else { continue };
        // Asked once more, now that it is known how the job was: it may have been revived meanwhile.
        let Some(now) = app.queue.find(dead.id).await?.filter(|now| now.status == JobStatus::Dead) else {
            continue;
        };
        if now.reason_code.as_deref() == Some(STOPPED) {
            job.hand_over_again(&app.scribe).await?;
        } else {
            tracing::error!(job_id = %id, reason_code = now.reason_code, "the job was given up");
            job.give_up(&app.scribe).await?;
        }
    }
    Ok(())
}

/// Keeps what was done, if something was; says whether it was.
async fn end(tx: Tx, done: anyhow::Result<bool>) -> anyhow::Result<bool> {
    if let Ok(true) = done {
        tx.commit().await?;
    } else {
        tx.end().await?;
    }
    done
}

/// Remembers beside the backups that something was deleted, before that counts: what is brought back knows nothing of it
/// otherwise; and has no backup open what it holds of it.
async fn bury(app: &App, id: Uuid, tombstone: String) -> anyhow::Result<()> {
    if let Some(shelf) = &app.backups {
        shelf.keep_tombstone(id, tombstone).await?;
        upkeep::backups::forget_gone(shelf, &app.database).await?;
    }
    Ok(())
}

async fn tidy(app: App) {
    loop {
        if let Err(error) = keep_up(&app).await {
            tracing::error!(error = format!("{error:#}"), "upkeep failed");
        }
        sleep(UPKEEP).await;
    }
}

/// Clients from before there was a search are found from now on.
async fn mark_clients(app: &App, actor: &Actor) -> anyhow::Result<()> {
    loop {
        let mut tx = app.database.begin(actor.clone()).await?;
        if clinical::clients::mark_unmarked(&mut tx).await? == 0 {
            return Ok(tx.end().await?);
        }
        tx.commit().await?;
    }
}

/// Brings a rotation of data keys to its end that was cut off, and destroys the keys that nothing needs any more.
async fn finish_rotation(app: &App) -> anyhow::Result<()> {
    if app.database.retire_data_keys().await?.waiting > 0 {
        let resealed = app.database.reseal(|_| ()).await?;
        if resealed.damaged > 0 {
            tracing::error!(fields = resealed.damaged, "some fields do not open under any key");
        }
    }
    Ok(())
}

/// Gives up what nobody will finish (expired uploads, challenges and links, calls whose process is gone, forgotten
/// guesses), removes what calls left at services elsewhere, removes sound, transcripts and parts of audit trails whose time is over, reminds of what is owed to clients,
/// carries out what was decided about charts and whole practices, and looks at what people did in a week that is over.
/// [`work`] does it every ten minutes.
///
/// # Errors
/// The database or the store fails; the next round goes on from there.
pub async fn keep_up(app: &App) -> anyhow::Result<()> {
    let mut tx = app.database.begin(Actor::server("system:upkeep", "upkeep")).await?;
    identity::remove_forgotten(&mut tx).await?;
    identity::passkeys::remove_expired_challenges(&mut tx).await?;
    identity::password_resets::remove_expired_resets(&mut tx).await?;
    tx.commit_of_nobody().await?;
    for ask in identity::password_resets::list_left_asks(&app.database).await? {
        crate::password_resets::ask::look_at(app, &ask, &"upkeep".into()).await?;
    }
    app.scribe.blobs.remove_unfinished((app.database.clock().now() - UNFINISHED).into()).await?;
    // What there is seldom anything of is kept out of the future that every round needs.
    Box::pin(deletions::carry_out(app)).await?;
    Box::pin(finish_rotation(app)).await?;
    Box::pin(trail::shorten(app)).await?;
    for practice in app.database.practices().await? {
        // What a process has recorded that is gone now, nobody else has heard of.
        app.database.want_links(practice, app.database.clock().now());
        let actor = Actor::system("system:upkeep", practice, "upkeep");
        scribe::uploads::settle_expired(&app.scribe, &actor).await?;
        mark_clients(app, &actor).await?;
        charts::propose(app, actor.clone()).await?;
        Box::pin(charts::carry_out(app, &Actor::system("system:deletion", practice, "upkeep"))).await?;
        requests::remind(app, actor.clone()).await?;
        let mut tx = app.database.begin(actor.clone()).await?;
        let rules = identity::find_retention_rules(&tx).await?;
        if governance::ledger::close_orphans(&mut tx, ORPHANED).await? > 0 {
            tx.commit().await?;
        } else {
            tx.end().await?;
        }
        app.scribe.gateway.remove_left(&actor).await?;
        if let Some(days) = rules.recording_days {
            scribe::recordings::remove_outlived(&app.scribe, &actor, days).await?;
        }
        transcripts::remove_outlived(app, &actor, rules).await?;
        activity::look(app, &actor).await?;
    }
    Ok(())
}
