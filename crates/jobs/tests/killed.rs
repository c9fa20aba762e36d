//! A process that is killed with `kill -9` in the middle of a job: the job is finished by another.
#![expect(clippy::expect_used, reason = "a test may stop at what it cannot do without")]
#![expect(dead_code, reason = "the bench serves several test programs")]

mod bench;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use bench::{Bench, benches, count_runs, eventually, fast, start, ticket};
use jobs::{JobStatus, Outcome, Queue, QueueTarget};

/// Set for the child only: the SQLite file or PostgreSQL address of the queue.
const CHILD: &str = "JOBS_TEST_CHILD";

/// What the child process runs: a worker whose jobs never end. Without the variable: nothing.
#[tokio::test]
async fn the_process_to_be_killed() {
    let Ok(place) = std::env::var(CHILD) else { return };
    let target = if place.starts_with("postgres") {
        QueueTarget::Postgres { url: place, connections: 2 }
    } else {
        QueueTarget::Sqlite(place.into())
    };
    let queue = Queue::open(target).await.expect("a queue");
    let endless: jobs::Handler = Arc::new(|_, _| {
        println!("the job has started");
        Box::pin(std::future::pending())
    });
    queue.run(fast("api"), endless, std::future::pending()).await.expect("never ends");
}

/// Starts the child and returns once it works on a job.
fn child_in_the_middle_of_a_job(bench: &Bench) -> Child {
    let place = match &bench.target {
        QueueTarget::Sqlite(file) => file.display().to_string(),
        QueueTarget::Postgres { url, .. } => url.clone(),
    };
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "the_process_to_be_killed", "--nocapture"])
        .env(CHILD, place)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let started = output.lines().map_while(Result::ok).any(|line| line.contains("the job has started"));
    assert!(started, "the child ended before it had a job");
    child
}

/// Kills a child in the middle of a job; a worker of this name then has to finish it, once.
async fn finish_after_kill(bench: &Bench, worker_name: &str) -> Duration {
    let queue = bench.open().await;
    let ticket = ticket("transcribe");
    queue.push(ticket.clone()).await.expect("pushed");
    let mut child = child_in_the_middle_of_a_job(bench);
    assert_eq!(queue.find(ticket.id).await.expect("found").expect("known").status, JobStatus::Running);
    child.kill().expect("killed");
    child.wait().expect("gone");
    let killed = Instant::now();
    let (runs, counting) = count_runs(Outcome::Done);
    let worker = start(&queue, fast(worker_name), counting);
    eventually("the job is done", async || {
        queue.find(ticket.id).await.expect("found").expect("known").status == JobStatus::Done
    })
    .await;
    let taken = killed.elapsed();
    worker.stop().await;
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    let state = queue.find(ticket.id).await.expect("found").expect("known");
    assert_eq!((state.attempts, state.reason_code), (2, None));
    assert_eq!(queue.depth().await.expect("depth"), jobs::Depth::default());
    println!("{}: {worker_name} finished it {} ms after the kill", bench.name, taken.as_millis());
    taken
}

#[tokio::test]
async fn the_next_process_of_the_same_name_finishes_at_once() {
    for bench in benches().await {
        let taken = finish_after_kill(&bench, "api").await;
        assert!(
            taken < fast("api").lease.saturating_sub(Duration::from_secs(1)),
            "it waited for the lease: {taken:?}"
        );
    }
}

#[tokio::test]
async fn a_process_of_another_name_finishes_after_the_lease() {
    for bench in benches().await {
        let taken = finish_after_kill(&bench, "worker").await;
        assert!(taken < fast("api").lease + Duration::from_secs(3), "{taken:?}");
    }
}

#[tokio::test]
async fn a_job_that_kills_its_process_every_time_is_dead_in_the_end() {
    for bench in benches().await {
        let queue = bench.open().await.with_max_attempts(2);
        queue.push(ticket("transcribe")).await.expect("pushed");
        for _ in 0..2 {
            let mut child = child_in_the_middle_of_a_job(&bench);
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
        let (runs, counting) = count_runs(Outcome::Done);
        let worker = start(&queue, fast("api"), counting);
        eventually("the job is dead", async || queue.depth().await.expect("depth").dead == 1).await;
        worker.stop().await;
        assert_eq!(runs.load(Ordering::SeqCst), 0);
        let dead = queue.list_dead(1).await.expect("listed");
        assert_eq!(dead[0].reason_code.as_deref(), Some("worker_lost_too_often"));
    }
}
