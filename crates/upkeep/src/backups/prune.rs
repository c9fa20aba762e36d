//! Which backups are kept, and removing what no kept one names.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use futures_util::TryStreamExt as _;

use super::{BackupError, Shelf, list, manifest::moment};

/// What is not named by any backup belongs to one that is being made, unless it is older.
const UNFINISHED: TimeDelta = TimeDelta::days(1);

/// Who claims to do something once does it within a month.
const CLAIMED: TimeDelta = TimeDelta::days(62);

/// Of backups with these names, oldest first, those that are kept: every one of the last two days, then the last of
/// each day for 30 days, of each week for 90 days, of each month for a year; and always the newest.
pub fn kept(names: &[String], now: DateTime<Utc>) -> BTreeSet<&str> {
    let mut kept = BTreeSet::new();
    let (mut days, mut weeks, mut months) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (newer, name) in names.iter().rev().enumerate() {
        // A name that tells no time is not ours to remove.
        let Some(at) = moment(name) else {
            kept.insert(name.as_str());
            continue;
        };
        let age = now - at;
        let of_its_day = age <= TimeDelta::days(30) && days.insert(at.date_naive());
        let week = at.iso_week();
        let of_its_week = age <= TimeDelta::days(90) && weeks.insert((week.year(), week.week()));
        let of_its_month = age <= TimeDelta::days(366) && months.insert((at.year(), at.month()));
        if newer == 0 || age <= TimeDelta::days(2) || of_its_day || of_its_week || of_its_month {
            kept.insert(name.as_str());
        }
    }
    kept
}

/// Removes the backups that are not [`kept`], and every object that no kept one names; says how many backups went.
///
/// # Errors
/// The store fails, or a kept backup cannot be read: then nothing that it may name is removed.
pub async fn prune(shelf: &Shelf, now: DateTime<Utc>) -> Result<usize, BackupError> {
    let names = shelf.names().await?;
    let kept = kept(&names, now);
    let mut named = BTreeSet::new();
    for name in &kept {
        let (manifest, key) = shelf.load(Some(name)).await?;
        named.insert(manifest.id.to_string());
        let mut list = list::read(shelf, &manifest, &key).await?;
        while let Some(object) = list.next().await? {
            named.insert(object.kept_at());
        }
    }
    let mut removed = 0;
    for name in names.iter().filter(|name| !kept.contains(name.as_str())) {
        shelf.remove_manifest(name).await?;
        removed += 1;
    }
    let mut stored = shelf.store.list("");
    while let Some(stored) = stored.try_next().await? {
        if stored.path.starts_with("claims/") && stored.at + CLAIMED < now {
            shelf.store.remove(&stored.path).await?;
        }
        // An object, or a part of a backup itself, which stands below the backup's id.
        let what = if stored.path.starts_with("objects/") {
            stored.path.as_str()
        } else {
            stored.path.split('/').next().filter(|id| id.parse::<uuid::Uuid>().is_ok()).unwrap_or_default()
        };
        if !what.is_empty() && !named.contains(what) && stored.at + UNFINISHED < now {
            shelf.store.remove(&stored.path).await?;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::{super::manifest::MOMENT, *};

    #[test]
    fn hours_become_days_then_weeks_then_months_and_end_after_a_year() {
        let start: DateTime<Utc> = "2024-01-01T00:30:00Z".parse().unwrap();
        let mut names: Vec<String> = Vec::new();
        let mut now = start;
        for _hour in 0..24 * 500 {
            names.push(format!("{}-abc", now.format(MOMENT)));
            let kept = kept(&names, now);
            names = names.iter().filter(|name| kept.contains(name.as_str())).cloned().collect();
            now += TimeDelta::hours(1);
        }
        let age = |name: &String| (now - moment(name).unwrap()).num_days();
        let between =
            |from: i64, to: i64| names.iter().filter(|name| (from..to).contains(&age(name))).count();
        assert_eq!(between(0, 1), 23);
        assert!((28..=30).contains(&between(2, 31)), "{}", between(2, 31));
        // Nine weeks, and the ends of two months.
        assert!((8..=12).contains(&between(31, 91)), "{}", between(31, 91));
        assert!((9..=12).contains(&between(91, 367)), "{}", between(91, 367));
        assert_eq!(between(367, 1000), 0);
    }

    #[test]
    fn the_newest_is_kept_however_old_and_what_is_not_ours_too() {
        let names = [
            "2020-01-01T00-00-00.000Z-a".to_owned(),
            "2020-01-02T00-00-00.000Z-b".to_owned(),
            "notes".to_owned(),
        ];
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(kept(&names[..2], now), BTreeSet::from(["2020-01-02T00-00-00.000Z-b"]));
        assert!(kept(&names, now).contains("notes"));
    }
}
