//! Guessing, on real databases.

use std::net::IpAddr;

use access::Actor;
use chrono::TimeDelta;
use testing::{TestDatabase, everywhere};

use super::{
    Attempt, Origin, ThrottleError, check_throttle, count_failure, forget_failures, new_device,
    remove_forgotten,
};

const ADA: &str = "ada@clinic.example";

fn from(address: &str) -> Origin {
    Origin { address: address.parse::<IpAddr>().ok(), ..Origin::default() }
}

/// A guess that is wrong. False when it was not looked at.
async fn guess(bench: &TestDatabase, attempt: &Attempt) -> bool {
    if check_throttle(&bench.database.lookup(), attempt).await.is_err() {
        return false;
    }
    let mut tx = bench.begin(Actor::server("system:sign-in", "test")).await;
    let counted = count_failure(&mut tx, attempt).await;
    tx.commit_of_nobody().await.expect("kept");
    counted.is_ok()
}

/// How many guesses in a row are looked at before one is not.
async fn guesses(bench: &TestDatabase, attempt: impl Fn(usize) -> Attempt) -> usize {
    for made in 0..100 {
        if !guess(bench, &attempt(made)).await {
            return made;
        }
    }
    100
}

/// How long the next guess has to wait.
async fn wait(bench: &TestDatabase, attempt: &Attempt) -> u64 {
    match check_throttle(&bench.database.lookup(), attempt).await {
        Ok(()) => 0,
        Err(ThrottleError::TooSoon { seconds }) => seconds,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn guessing_at_one_account_takes_longer_and_longer() {
    everywhere(async |bench| {
        let attempt = Attempt::at_password(&bench.database, ADA, &from("203.0.113.9"));
        assert_eq!(
            guesses(bench, |_| Attempt::at_password(&bench.database, ADA, &from("203.0.113.9"))).await,
            5
        );
        let mut waited = Vec::new();
        for _ in 0..12 {
            let seconds = wait(bench, &attempt).await;
            waited.push(seconds);
            bench.clock.advance(TimeDelta::seconds(i64::try_from(seconds).expect("few")));
            assert!(guess(bench, &attempt).await);
        }
        assert!(waited.is_sorted() && waited.last() > Some(&600), "{waited:?}");
        // A day of quiet, and it is forgotten.
        bench.clock.advance(TimeDelta::hours(25));
        assert_eq!(
            guesses(bench, |_| Attempt::at_password(&bench.database, ADA, &from("203.0.113.9"))).await,
            5
        );
    })
    .await;
}

#[tokio::test]
async fn guessing_at_many_accounts_from_one_network_takes_longer_and_longer() {
    everywhere(async |bench| {
        let spray = |made: usize| {
            Attempt::at_password(&bench.database, &format!("p{made}@x.example"), &from("203.0.113.9"))
        };
        assert_eq!(guesses(bench, spray).await, 21);
        let elsewhere = Attempt::at_password(&bench.database, ADA, &from("198.51.100.7"));
        assert_eq!(wait(bench, &elsewhere).await, 0);
    })
    .await;
}

#[tokio::test]
async fn guessing_at_one_account_from_many_networks_takes_longer_and_longer() {
    everywhere(async |bench| {
        let from_anywhere =
            |made: usize| Attempt::at_password(&bench.database, ADA, &from(&format!("198.51.100.{made}")));
        assert_eq!(guesses(bench, from_anywhere).await, 21);
    })
    .await;
}

#[tokio::test]
async fn a_known_device_goes_on_whoever_else_guesses_and_is_held_up_by_its_own_guesses() {
    everywhere(async |bench| {
        let home = from("203.0.113.9");
        let known = Origin { device: Some(new_device(&bench.database, ADA)), ..home.clone() };
        while guess(bench, &Attempt::at_password(&bench.database, ADA, &home)).await {}
        let own = || Attempt::at_password(&bench.database, ADA, &known);
        assert_eq!(wait(bench, &own()).await, 0);
        assert_eq!(guesses(bench, |_| own()).await, 5);

        // The mark is of one account, and cannot be made up.
        for (email, device) in [("bob@clinic.example", known.device.clone()), (ADA, Some(forged(&known)))] {
            let origin = Origin { device, ..home.clone() };
            while guess(bench, &Attempt::at_password(&bench.database, email, &home)).await {}
            assert_ne!(wait(bench, &Attempt::at_password(&bench.database, email, &origin)).await, 0);
        }
    })
    .await;
}

fn forged(known: &Origin) -> String {
    let mark = known.device.clone().unwrap_or_default();
    let last = if mark.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &mark[..mark.len() - 1])
}

#[tokio::test]
async fn getting_it_right_begins_anew_but_does_not_help_to_guess_at_others() {
    everywhere(async |bench| {
        let own = Attempt::at_password(&bench.database, ADA, &from("203.0.113.9"));
        for made in 0..30 {
            // An account of one's own, signed in to after each guess at somebody else's.
            let other =
                Attempt::at_password(&bench.database, &format!("p{made}@x.example"), &from("203.0.113.9"));
            if !guess(bench, &other).await {
                assert_eq!(made, 21);
                return;
            }
            let mut tx = bench.begin(Actor::server("system:sign-in", "test")).await;
            let forgotten = forget_failures(&mut tx, &own).await;
            tx.commit_of_nobody().await.expect("kept");
            assert!(forgotten.is_ok() || made == 20, "{made}: {forgotten:?}");
        }
        panic!("never held up");
    })
    .await;
}

#[tokio::test]
async fn guesses_at_the_same_moment_gain_nothing() {
    everywhere(async |bench| {
        // Each has passed the first check before any was counted.
        let attempts: Vec<Attempt> =
            (0..12).map(|_| Attempt::at_password(&bench.database, ADA, &from("203.0.113.9"))).collect();
        let mut told = 0;
        for attempt in &attempts {
            let mut tx = bench.begin(Actor::server("system:sign-in", "test")).await;
            match count_failure(&mut tx, attempt).await {
                Ok(()) => {
                    told += 1;
                    tx.commit_of_nobody().await.expect("kept");
                }
                Err(_) => tx.end().await.expect("ended"),
            }
        }
        assert_eq!(told, 5);
        let mut tx = bench.begin(Actor::server("system:sign-in", "test")).await;
        assert!(forget_failures(&mut tx, &attempts[0]).await.is_err(), "nor is it told what is right");
        tx.end().await.expect("ended");
    })
    .await;
}

#[tokio::test]
async fn what_is_forgotten_is_removed_and_nobodys_address_is_kept() {
    everywhere(async |bench| {
        assert!(guess(bench, &Attempt::at_password(&bench.database, ADA, &from("203.0.113.9"))).await);
        assert!(!bench.holds("203.0.113.9").await && !bench.holds(ADA).await);
        bench.clock.advance(TimeDelta::hours(25));
        let mut tx = bench.begin(Actor::server("system:upkeep", "test")).await;
        remove_forgotten(&mut tx).await.expect("removed");
        tx.commit_of_nobody().await.expect("kept");
        assert_eq!(bench.count("sign_in_throttles").await, 0);
    })
    .await;
}
