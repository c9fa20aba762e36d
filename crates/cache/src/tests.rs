//! Claims about counts and news, on a real Redis where there is one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use testing::Redis;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{Counts, Quota, Shared};

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

fn quota(key: &str, most: u32, seconds: u64) -> Quota {
    Quota { key: key.to_owned(), most, window: Duration::from_secs(seconds) }
}

#[test]
fn as_much_as_is_allowed_and_no_more_wherever_the_window_begins() {
    let (counts, quota) = (Counts::default(), [quota("a", 4, 60)]);
    let take = |seconds: i64| counts.take(noon() + TimeDelta::seconds(seconds), &quota).expect("a quota");
    let left: Vec<u32> = (0..4).map(|_| take(0).left).collect();
    assert_eq!(left, [3, 2, 1, 0]);
    assert_eq!(take(0).wait, Some(Duration::from_secs(15)));
    assert_eq!(take(14).wait, Some(Duration::from_secs(1)));
    // What was refused has not counted: a quarter of the window later there is one more, and only one.
    assert_eq!(take(15).wait, None);
    assert!(take(15).wait.is_some());
    // A new minute is no new beginning for whoever has just used the old one up.
    assert!(take(29).wait.is_some());
    let again: Vec<bool> = (0..5).map(|_| take(120).wait.is_none()).collect();
    assert_eq!(again, [true, true, true, true, false]);
}

#[test]
fn one_used_up_quota_refuses_and_uses_none_of_the_others() {
    let counts = Counts::default();
    let (narrow, wide) = (quota("person", 1, 60), quota("practice", 3, 60));
    let both = [narrow.clone(), wide.clone()];
    let first = counts.take(noon(), &both).expect("quotas");
    // The answer is about the quota that is nearest to its end.
    assert_eq!((first.wait, first.most, first.left), (None, 1, 0));
    assert!(counts.take(noon(), &both).expect("quotas").wait.is_some());
    assert_eq!(counts.take(noon(), &[wide]).expect("quotas").left, 1);
    assert_eq!(counts.take(noon(), &[]), None);
}

#[test]
fn a_clock_that_is_set_back_locks_nobody_out() {
    let (counts, quota) = (Counts::default(), [quota("a", 1, 60)]);
    assert!(counts.take(noon(), &quota).expect("a quota").wait.is_none());
    let earlier = counts.take(noon() - TimeDelta::days(1), &quota).expect("a quota");
    assert_eq!(earlier.wait, None);
}

#[test]
fn a_flood_from_everywhere_does_not_fill_the_memory() {
    let counts = Counts::default();
    for place in 0..400_000_u32 {
        counts.take(noon(), &[quota(&place.to_string(), 10, 60)]);
    }
    assert!(counts.len() <= 64 * 4 * 1024, "{}", counts.len());
}

/// Opens a shared cache and counts what it hears.
fn open(redis: &Redis) -> (Arc<Shared>, Arc<(AtomicUsize, Notify)>) {
    let news = Arc::new((AtomicUsize::new(0), Notify::new()));
    let told = news.clone();
    let shared = Shared::open(&redis.url(), CancellationToken::new(), move || {
        told.0.fetch_add(1, Ordering::SeqCst);
        told.1.notify_one();
    });
    (shared.expect("an address"), news)
}

async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("within a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_count_together_in_redis() {
    let Some(redis) = Redis::start() else { return };
    let ((one, _), (other, _)) = (open(&redis), open(&redis));
    until(|| one.is_there() && other.is_there()).await;
    let both = [quota("person", 4, 3600), quota("practice", 9, 3600)];
    for (by, left) in [(&one, 3), (&other, 2), (&one, 1), (&other, 0)] {
        let taken = by.take(&both).await.expect("Redis answers");
        assert_eq!((taken.wait, taken.most, taken.left), (None, 4, left));
    }
    for by in [&one, &other] {
        let wait = by.take(&both).await.expect("Redis answers").wait.expect("used up");
        assert!(wait > Duration::from_mins(14) && wait <= Duration::from_mins(15), "{wait:?}");
    }
    // What was refused has used nothing.
    assert_eq!(one.take(&both[1..]).await.expect("Redis answers").left, 4);
    assert!(one.latency().await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn news_reach_every_process_and_a_redis_that_comes_back_is_used_again() {
    let Some(mut redis) = Redis::start() else { return };
    let ((one, _), (other, heard)) = (open(&redis), open(&redis));
    until(|| one.is_there() && other.is_there()).await;
    let before = heard.0.load(Ordering::SeqCst);
    one.tell().await;
    until(|| heard.0.load(Ordering::SeqCst) > before).await;

    redis.kill();
    until(|| !one.is_there() && !other.is_there()).await;
    assert_eq!(one.take(&[quota("a", 1, 60)]).await, None);
    one.tell().await;
    let before = heard.0.load(Ordering::SeqCst);
    redis.restart();
    // Whatever was told meanwhile: coming back is news by itself.
    until(|| other.is_there() && heard.0.load(Ordering::SeqCst) > before).await;
    until(|| one.is_there()).await;
    assert!(one.take(&[quota("a", 1, 60)]).await.is_some_and(|taken| taken.wait.is_none()));
}

#[test]
fn an_address_of_something_else_is_refused() {
    for wrong in ["", "here", "http://127.0.0.1", "redis://", "unix:///tmp/redis", "rediss://a/#insecure"] {
        assert!(Shared::check(wrong).is_err(), "{wrong}");
    }
    for right in ["redis://127.0.0.1:6379", "rediss://default:secret@cache.example:6379/1"] {
        assert!(Shared::check(right).is_ok(), "{right}");
    }
}
