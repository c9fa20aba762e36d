//! The commands `rotate-keys` and `new-kms-key`.

use std::{
    io::{IsTerminal as _, Write as _},
    sync::Arc,
    time::Duration,
};

use access::{Database, Resealed};
use anyhow::Context as _;
use clock::{Clock as _, SystemClock};
use crypto::KeyRing;
use kms::Kms;
use serde_json::json;
use tokio::time::{Instant, sleep};
use upkeep::backups;

use crate::{commands, config::Config, startup};

/// `rotate-keys`: wraps every data key, and the keys of the backups, under the first key of the ring, and says which
/// of the others nothing needs any more. Servers may run meanwhile; given again, it goes on where it was.
///
/// # Errors
/// A key cannot be read or written.
pub async fn rotate(config: Config, as_json: bool) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let begun = Instant::now();
    let database = startup::open_database(&config, Arc::new(SystemClock)).await?;
    let mut told = 0;
    let rewrapped = database
        .rewrap_keys(|seen| {
            if seen >= told + 1000 {
                told = seen;
                eprintln!("{seen} keys");
            }
        })
        .await
        .context("a data key could not be wrapped anew")?;
    let ring = database.key_ring();
    let of_backups = match &config.backups.store {
        Some(store) => backups::rewrap(&startup::shelf(store, ring.clone())?).await?,
        None => 0,
    };
    let mut ids = ring.ids();
    let current = ids.next().unwrap_or_default();
    let not_needed: Vec<&str> = ids.filter(|id| !rewrapped.wrapped_by.contains_key(*id)).collect();
    let needed: Vec<&str> =
        rewrapped.wrapped_by.keys().map(String::as_str).filter(|id| *id != current).collect();
    let seconds = (begun.elapsed().as_secs_f64() * 100.0).round() / 100.0;
    if as_json {
        let answer = json!({
            "current": current, "keys": rewrapped.keys, "rewrapped": rewrapped.changed, "backups": of_backups,
            "not_needed": not_needed, "still_needed": needed, "seconds": seconds,
        });
        println!("{answer}");
    } else {
        println!(
            "{} of {} keys were wrapped anew under {current}, and those of {of_backups} backups.",
            rewrapped.changed, rewrapped.keys
        );
        if !not_needed.is_empty() {
            println!("Nothing here needs these any more: {}.", not_needed.join(", "));
        }
    }
    anyhow::ensure!(
        needed.is_empty(),
        "keys were added meanwhile under {}: restart every server with the new key first, and give the command again",
        needed.join(", ")
    );
    Ok(())
}

/// `new-kms-key`: prints a new entry for `ENCRYPTION_KEY` whose key only KMS opens.
///
/// # Errors
/// The id is none, or KMS refuses.
pub async fn new_in_kms(config: Config, kms_key: &str, id: &str) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let any_key = "A".repeat(43);
    KeyRing::parse(&format!("{id}:{any_key}")).context("the id cannot be used")?;
    println!("{}", Kms::open(config.data.kms)?.new_entry(kms_key, id).await?);
    Ok(())
}

/// `rotate-keys --data`: gives every practice and the server a new data key, and seals every field anew under it.
/// Servers run meanwhile; given again, it goes on where it was. The old keys are destroyed by a worker when an hour has
/// passed, or by this command given again then.
///
/// # Errors
/// A key or a field cannot be read or written.
pub async fn renew(config: Config, as_json: bool) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let database = startup::open_database(&config, Arc::new(SystemClock)).await?;
    let made = database.renew_data_keys().await.context("a new key could not be made")?;
    let (resealed, took) = reseal(&database).await?;
    let retired = database.retire_data_keys().await.context("the old keys could not be looked at")?;
    let rate = (resealed.fields as f64 / took.as_secs_f64().max(0.001)).round();
    if as_json {
        let answer = json!({
            "new_keys": made, "fields": resealed.fields, "damaged": resealed.damaged,
            "seconds": (took.as_secs_f64() * 100.0).round() / 100.0, "fields_per_second": rate,
            "destroyed": retired.destroyed, "waiting": retired.waiting, "kept_for_sound": retired.kept_for_sound,
        });
        println!("{answer}");
    } else {
        println!(
            "{made} new keys. {} fields were sealed anew in {:.1} s, {rate} a second.",
            resealed.fields,
            took.as_secs_f64()
        );
        println!(
            "Old keys: {} destroyed just now, {} to be destroyed when an hour has passed, {} needed for recordings.",
            retired.destroyed, retired.waiting, retired.kept_for_sound
        );
    }
    anyhow::ensure!(resealed.damaged == 0, "{} fields do not open; `restore` has them", resealed.damaged);
    Ok(())
}

const A_MOMENT: Duration = Duration::from_millis(100);

/// Until nothing is under an older key, as soon as the new ones seal; how long the sealing itself took.
async fn reseal(database: &Database) -> anyhow::Result<(Resealed, Duration)> {
    let (mut all, mut took) = (Resealed::default(), Duration::ZERO);
    loop {
        let left = database.count_fields_to_reseal().await.context("the fields could not be counted")?;
        let begun = Instant::now();
        let progress = |fields| tell_progress(fields, left, begun.elapsed());
        let done = database.reseal(progress).await.context("a field could not be sealed anew")?;
        took += begun.elapsed();
        all = Resealed { fields: all.fields + done.fields, ..done };
        match done.seals_at {
            Some(at) => sleep((at - SystemClock.now()).to_std().unwrap_or(A_MOMENT)).await,
            // What was written under an old key in the first seconds was perhaps passed by.
            None if done.fields > 0 => {}
            None => return Ok((all, took)),
        }
    }
}

fn tell_progress(fields: u64, all: u64, passed: Duration) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let left = passed.as_secs_f64() * all.saturating_sub(fields) as f64 / fields.max(1) as f64;
    // Nobody is helped when a terminal that went away ends the work.
    let _ = write!(std::io::stderr(), "\r{fields} of {all} fields, {left:.0} s left ");
}
