//! The command `rotate-keys`.

use std::sync::Arc;

use anyhow::Context as _;
use clock::SystemClock;
use serde_json::json;
use tokio::time::Instant;
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
    let ring = startup::key_ring(&config)?;
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
