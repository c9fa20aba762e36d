//! Anchors: the end of a practice's chain, kept in the object store, where whoever can write the database cannot.
//!
//! `anchors/PRACTICE/latest` is the newest. `anchors/PRACTICE/DATE.json` is the first of a day and never replaced; its
//! head is also sent to the privacy contact, so that a copy is where no administrator of the server can write.
//! `anchors-put-aside/TIME/…` are those that a restore has found to be newer than what came back.

use access::{AccessError, Actor, Database, NewMail};
use audit::{Action, Anchor, Event, NoAnchor, TrailKey};
use blobs::{BlobError, BlobStore};
use shared::{Phi, PracticeId};

use crate::App;

/// Why the end of a chain was not anchored.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] AccessError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] BlobError),
    /// What was anchored before is not in the chain any more, or its end is not what the server made. A new anchor
    /// would hide that.
    #[error("the chain does not hold what was anchored before")]
    ChainLost,
}

/// Where those are that are newer than what was restored.
const ASIDE: &str = "anchors-put-aside";

fn folder(practice: PracticeId) -> String {
    format!("anchors/{practice}")
}

fn latest(practice: PracticeId) -> String {
    format!("{}/latest", folder(practice))
}

/// Anchors the end of a practice's chain as it is now.
///
/// # Errors
/// See [`AnchorError`].
pub async fn anchor(app: &App, practice: PracticeId) -> Result<(), AnchorError> {
    let Some(link) = app.database.find_link(practice, None).await? else { return Ok(()) };
    let key = app.database.trail_key(practice);
    if !link.is_true(&key) {
        return Err(AnchorError::ChainLost);
    }
    for before in read(&app.anchors, &key).await? {
        let Ok(before) = before else { return Err(AnchorError::ChainLost) };
        if !app.database.holds_anchor(practice, &before).await? {
            return Err(AnchorError::ChainLost);
        }
    }
    let now = app.database.clock().now();
    let anchor = Anchor::of(&link.head(), &key, now);
    app.anchors.put_small(&latest(practice), anchor.to_text().into()).await?;
    let of_the_day = format!("{}/{}.json", folder(practice), now.date_naive());
    if app.anchors.find_small(&of_the_day, 1).await?.is_none()
        && app.anchors.put_small_if_absent(&of_the_day, anchor.to_text().into()).await?
    {
        tell(app, practice, &anchor).await?;
    }
    Ok(())
}

/// The newest anchor, and the newest of those that are never replaced.
pub async fn read(store: &BlobStore, key: &TrailKey) -> Result<Vec<Result<Anchor, NoAnchor>>, BlobError> {
    let practice = key.practice_id();
    let names = store.list_small(&folder(practice)).await?;
    let newest = names.into_iter().rfind(|name| *name != latest(practice));
    let mut anchors = Vec::new();
    for name in [Some(latest(practice)), newest].into_iter().flatten() {
        if let Some(stored) = store.find_small(&name, Anchor::MOST as u64 + 1).await? {
            anchors.push(Anchor::read(&stored, key));
        }
    }
    Ok(anchors)
}

/// Puts those anchors of a practice aside that name links which its chain does not reach, because it has come back as it
/// was before; how many. They are kept as evidence, and what does not agree otherwise stays for `verify-audit` to find.
///
/// # Errors
/// The database or the store fails.
pub async fn put_aside_newer(
    database: &Database,
    store: &BlobStore,
    practice: PracticeId,
) -> Result<usize, AnchorError> {
    let key = database.trail_key(practice);
    let last = database.find_link(practice, None).await?.map_or(0, |link| link.number);
    let now = database.clock().now().format("%Y-%m-%dT%H-%M-%SZ");
    let mut aside = 0;
    for name in store.list_small(&folder(practice)).await? {
        let Some(stored) = store.find_small(&name, Anchor::MOST as u64 + 1).await? else { continue };
        if Anchor::read(&stored, &key).is_ok_and(|anchor| anchor.number > last) {
            store.put_small(&format!("{ASIDE}/{now}/{name}"), stored).await?;
            store.remove(&name).await?;
            aside += 1;
        }
    }
    Ok(aside)
}

/// Sends the first head of a day to the privacy contact, if there is one.
async fn tell(app: &App, practice: PracticeId, anchor: &Anchor) -> Result<(), AccessError> {
    let actor = Actor::system("system:audit", practice, "anchor");
    let mut tx = match app.database.begin(actor).await {
        // A practice that was deleted has no keys, and nobody to be told.
        Err(AccessError::Keys) => return Ok(()),
        begun => begun?,
    };
    let Some(to) = identity::find_privacy_contact(&tx).await? else { return tx.end().await };
    let Anchor { number, events, anchored_at, head, .. } = anchor;
    let text = format!(
        "Hello,\n\nthis is the end of your practice's audit trail at {}:\n\n\
         link {number}, {events} events\n{head}\n\n\
         Please keep this mail. Should anybody cut off the trail or put an older one back, the link of this number \
         would not be there any more, or have another code.\n",
        anchored_at.format("%Y-%m-%d %H:%M UTC"),
    );
    tx.post(&NewMail { to, subject: Phi::from("The audit trail of the day"), text: text.into() }).await?;
    tx.record(Event::general(Action::AuditAnchored));
    tx.commit().await
}
