//! What the queue promises, on SQLite always and on PostgreSQL if `MINDSCRIBE_TEST_PG` names a
//! server on which databases may be created.

mod bench;

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use bench::{benches, count_runs, eventually, fast, handler, own_cpu, start, ticket};
use jobs::{JobStatus, Outcome, Queue};

#[tokio::test]
async fn a_pushed_job_is_run_once_and_at_once() {
    for bench in benches().await {
        let queue = bench.open().await;
        let (runs, counting) = count_runs(Outcome::Done);
        // Without a wake-up the job would wait for an hour.
        let mut settings = fast("api");
        settings.poll_interval = Duration::from_hours(1);
        let worker = start(&queue, settings, counting);
        eventually("the worker is up", async || bench.workers().await == 1).await;
        let ticket = ticket("transcribe");
        let pushed = Instant::now();
        queue.push(ticket.clone()).await.expect("pushed");
        eventually("the job is done", async || {
            queue.find(ticket.id).await.expect("found").is_some_and(|job| job.status == JobStatus::Done)
        })
        .await;
        println!("{}: done {} ms after the push", bench.name, pushed.elapsed().as_millis());
        worker.stop().await;
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        assert_eq!(queue.depth().await.expect("depth"), jobs::Depth::default());
    }
}

#[tokio::test]
async fn another_process_starts_a_pushed_job_soon() {
    for bench in benches().await {
        let (here, elsewhere) = (bench.open().await, bench.open().await);
        let (runs, counting) = count_runs(Outcome::Done);
        let mut settings = fast("api");
        if bench.announces() {
            settings.poll_interval = Duration::from_hours(1);
        }
        let worker = start(&here, settings, counting);
        eventually("the worker is up", async || bench.workers().await == 1).await;
        // The listener connects after the worker has enrolled: the second push finds it there.
        let mut pushed = 0;
        eventually("a job from elsewhere ran", async || {
            elsewhere.push(ticket("transcribe")).await.expect("pushed");
            pushed += 1;
            tokio::time::timeout(Duration::from_secs(1), async {
                while runs.load(Ordering::SeqCst) < pushed {
                    tokio::task::yield_now().await;
                }
            })
            .await
            .is_ok()
        })
        .await;
        worker.stop().await;
    }
}

#[tokio::test]
async fn the_same_id_pushed_many_times_is_one_job() {
    for bench in benches().await {
        let queue = bench.open().await;
        let ticket = ticket("transcribe");
        let pushes = (0..8).map(|_| {
            let (queue, ticket) = (queue.clone(), ticket.clone());
            tokio::spawn(async move { queue.push(ticket).await })
        });
        for push in pushes.collect::<Vec<_>>() {
            push.await.expect("no panic").expect("pushed");
        }
        assert_eq!(queue.depth().await.expect("depth").waiting, 1);
        let (runs, counting) = count_runs(Outcome::Done);
        let worker = start(&queue, fast("api"), counting);
        eventually("the job is done", async || queue.depth().await.expect("depth").waiting == 0).await;
        worker.stop().await;
        queue.push(ticket.clone()).await.expect("pushed");
        assert_eq!(queue.find(ticket.id).await.expect("found").expect("known").status, JobStatus::Done);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_job_waits_for_its_time() {
    for bench in benches().await {
        let queue = bench.open().await;
        let mut later = ticket("draft");
        later.run_at += chrono::TimeDelta::hours(1);
        let now = ticket("draft");
        queue.push(later.clone()).await.expect("pushed");
        queue.push(now.clone()).await.expect("pushed");
        let (runs, counting) = count_runs(Outcome::Done);
        let worker = start(&queue, fast("api"), counting);
        eventually("one job is done", async || {
            queue.find(now.id).await.expect("found").expect("known").status == JobStatus::Done
        })
        .await;
        worker.stop().await;
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        let depth = queue.depth().await.expect("depth");
        assert_eq!((depth.waiting, depth.oldest_waiting_age), (1, None));
    }
}

#[tokio::test]
async fn a_failing_job_is_tried_again_ever_later_until_it_is_dead() {
    for bench in benches().await {
        let queue = bench.open().await.with_max_attempts(3);
        let ticket = ticket("transcribe");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let times = seen.clone();
        let failing = handler(move |_, attempt| {
            times.lock().expect("whole").push((attempt.number, Instant::now()));
            Outcome::Retry { after: Duration::ZERO, reason_code: "provider_unreachable" }
        });
        queue.push(ticket.clone()).await.expect("pushed");
        let worker = start(&queue, fast("api"), failing);
        eventually("the job is dead", async || queue.depth().await.expect("depth").dead == 1).await;
        worker.stop().await;
        let seen = seen.lock().expect("whole").clone();
        assert_eq!(seen.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3]);
        // Delays of 1 s and 2 s; SQLite keeps whole seconds and so may be up to one short.
        assert!(seen[2].1 - seen[1].1 > Duration::from_millis(900), "{seen:?}");
        let dead = queue.list_dead(10).await.expect("listed");
        assert_eq!(dead.len(), 1);
        assert_eq!((dead[0].id, dead[0].kind.as_str(), dead[0].attempts), (ticket.id, "transcribe", 3));
        assert_eq!(dead[0].reason_code.as_deref(), Some("provider_unreachable"));
    }
}

#[tokio::test]
async fn a_refused_job_is_dead_at_once_and_can_be_revived() {
    for bench in benches().await {
        let queue = bench.open().await;
        let ticket = ticket("draft");
        queue.push(ticket.clone()).await.expect("pushed");
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let once_refused = handler(move |_, attempt| {
            assert_eq!(attempt.number, 1);
            match counted.fetch_add(1, Ordering::SeqCst) {
                0 => Outcome::Fail { reason_code: "recording_erased" },
                _ => Outcome::Done,
            }
        });
        let worker = start(&queue, fast("api"), once_refused);
        // Whoever waits for deaths hears of it, and finds it in the queue.
        queue.died().await;
        assert_eq!(queue.depth().await.expect("depth").dead, 1);
        let state = queue.find(ticket.id).await.expect("found").expect("known");
        assert_eq!((state.attempts, state.reason_code.as_deref()), (1, Some("recording_erased")));
        assert!(queue.revive(ticket.id).await.expect("revived"));
        eventually("the job is done", async || {
            queue.find(ticket.id).await.expect("found").expect("known").status == JobStatus::Done
        })
        .await;
        assert!(!queue.revive(ticket.id).await.expect("asked"));
        worker.stop().await;
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn a_job_that_waits_to_be_tried_again_can_be_made_due_now() {
    for bench in benches().await {
        let queue = bench.open().await;
        let mut settings = fast("api");
        settings.first_delay = Duration::from_hours(1);
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let once_too_early = handler(move |_, attempt| {
            assert_eq!(attempt.number, 1, "it has all its attempts");
            match counted.fetch_add(1, Ordering::SeqCst) {
                0 => Outcome::Retry { after: Duration::ZERO, reason_code: "provider_unreachable" },
                _ => Outcome::Done,
            }
        });
        let ticket = ticket("draft");
        queue.push(ticket.clone()).await.expect("pushed");
        let worker = start(&queue, settings, once_too_early);
        let state = async || queue.find(ticket.id).await.expect("found").expect("known");
        eventually("the first run has failed", async || state().await.attempts == 1).await;
        assert_eq!(state().await.status, JobStatus::Waiting);
        assert!(queue.revive(ticket.id).await.expect("revived"));
        eventually("the job is done", async || state().await.status == JobStatus::Done).await;
        worker.stop().await;
    }
}

#[tokio::test]
async fn a_panic_counts_as_an_attempt_and_the_worker_lives_on() {
    for bench in benches().await {
        let queue = bench.open().await;
        let ticket = ticket("draft");
        queue.push(ticket.clone()).await.expect("pushed");
        let panicking = handler(|_, attempt| {
            assert!(attempt.number > 1, "the first run panics");
            Outcome::Done
        });
        let worker = start(&queue, fast("api"), panicking);
        eventually("the job is done", async || {
            queue.find(ticket.id).await.expect("found").expect("known").status == JobStatus::Done
        })
        .await;
        worker.stop().await;
        assert_eq!(queue.find(ticket.id).await.expect("found").expect("known").attempts, 2);
    }
}

#[tokio::test]
async fn a_cancelled_job_is_never_run() {
    for bench in benches().await {
        let queue = bench.open().await;
        let (cancelled, other) = (ticket("draft"), ticket("draft"));
        queue.push(cancelled.clone()).await.expect("pushed");
        assert!(queue.cancel(cancelled.id).await.expect("cancelled"));
        assert!(!queue.cancel(cancelled.id).await.expect("asked"));
        queue.push(cancelled.clone()).await.expect("pushed");
        queue.push(other.clone()).await.expect("pushed");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let ids = seen.clone();
        let noting = handler(move |ticket, _| {
            ids.lock().expect("whole").push(ticket.id);
            Outcome::Done
        });
        let worker = start(&queue, fast("api"), noting);
        eventually("the other job is done", async || {
            queue.find(other.id).await.expect("found").expect("known").status == JobStatus::Done
        })
        .await;
        worker.stop().await;
        assert_eq!(*seen.lock().expect("whole"), [other.id]);
        let state = queue.find(cancelled.id).await.expect("found").expect("known");
        assert_eq!(state.status, JobStatus::Cancelled);
    }
}

#[tokio::test]
async fn a_shutdown_waits_for_the_quick_and_parks_the_slow() {
    for bench in benches().await {
        let queue = bench.open().await;
        let (quick, slow) = (ticket("quick"), ticket("slow"));
        queue.push(quick.clone()).await.expect("pushed");
        queue.push(slow.clone()).await.expect("pushed");
        let shutdown_began = Arc::new(tokio::sync::Notify::new());
        let began = shutdown_began.clone();
        let mixed: jobs::Handler = Arc::new(move |ticket, _| {
            let began = began.clone();
            Box::pin(async move {
                if ticket.kind == "slow" {
                    std::future::pending::<()>().await;
                }
                began.notified().await;
                Outcome::Done
            })
        });
        let mut settings = fast("api");
        settings.grace = Duration::from_secs(1);
        let worker = start(&queue, settings, mixed);
        eventually("both run", async || queue.depth().await.expect("depth").running == 2).await;
        shutdown_began.notify_one();
        worker.stop().await;
        let quick = queue.find(quick.id).await.expect("found").expect("known");
        assert_eq!((quick.status, quick.attempts), (JobStatus::Done, 1));
        let slow = queue.find(slow.id).await.expect("found").expect("known");
        assert_eq!((slow.status, slow.attempts), (JobStatus::Waiting, 0));
    }
}

#[tokio::test]
async fn two_workers_share_a_hundred_jobs_and_run_each_once() {
    for bench in benches().await {
        let queues = [bench.open().await, bench.open().await];
        let runs = Arc::new(Mutex::new(Vec::new()));
        let workers = queues.iter().map(|queue| {
            let runs = runs.clone();
            let noting = handler(move |ticket, _| {
                runs.lock().expect("whole").push(ticket.id);
                Outcome::Done
            });
            // The same name on purpose: the second must not take the first one's jobs for orphans.
            start(queue, fast("api"), noting)
        });
        let workers: Vec<_> = workers.collect();
        for _ in 0..100 {
            queues[0].push(ticket("draft")).await.expect("pushed");
        }
        eventually("all are done", async || {
            let depth = queues[0].depth().await.expect("depth");
            depth.waiting + depth.running == 0
        })
        .await;
        for worker in workers {
            worker.stop().await;
        }
        let runs = runs.lock().expect("whole");
        assert_eq!(runs.len(), 100);
        assert_eq!(runs.iter().collect::<HashSet<_>>().len(), 100);
    }
}

#[tokio::test]
async fn a_worker_of_the_same_name_leaves_a_living_ones_jobs_alone() {
    for bench in benches().await {
        let queue = bench.open().await;
        let ticket = ticket("slow");
        queue.push(ticket.clone()).await.expect("pushed");
        let stuck: jobs::Handler = Arc::new(|_, _| Box::pin(std::future::pending()));
        let first = start(&queue, fast("api"), stuck);
        eventually("it runs", async || queue.depth().await.expect("depth").running == 1).await;
        let (runs, counting) = count_runs(Outcome::Done);
        let second = start(&bench.open().await, fast("api"), counting);
        eventually("both are up", async || bench.workers().await == 2).await;
        assert_eq!(queue.find(ticket.id).await.expect("found").expect("known").status, JobStatus::Running);
        second.stop().await;
        first.stop().await;
        assert_eq!(runs.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn many_processes_may_open_a_fresh_queue_at_once() {
    for bench in benches().await {
        let target = bench.target.clone();
        let opens: Vec<_> = (0..6).map(|_| tokio::spawn(Queue::open(target.clone()))).collect();
        for open in opens {
            open.await.expect("no panic").expect("opened");
        }
    }
}

#[tokio::test]
async fn finished_jobs_are_forgotten_and_waiting_ones_are_not() {
    for bench in benches().await {
        let queue = bench.open().await;
        let (done, mut waiting) = (ticket("draft"), ticket("draft"));
        waiting.run_at += chrono::TimeDelta::hours(1);
        queue.push(done.clone()).await.expect("pushed");
        queue.push(waiting.clone()).await.expect("pushed");
        let (_, counting) = count_runs(Outcome::Done);
        let worker = start(&queue, fast("api"), counting);
        eventually("one is done", async || {
            queue.find(done.id).await.expect("found").expect("known").status == JobStatus::Done
        })
        .await;
        worker.stop().await;
        let hour = Duration::from_hours(1);
        assert_eq!(queue.vacuum(hour, hour).await.expect("vacuumed"), 0);
        assert_eq!(queue.vacuum(Duration::ZERO, hour).await.expect("vacuumed"), 1);
        assert_eq!(queue.find(done.id).await.expect("found"), None);
        assert!(queue.find(waiting.id).await.expect("found").is_some());
    }
}

/// Not a promise but a figure: `cargo test -p jobs --test queue -- --ignored --nocapture idle`.
#[tokio::test]
#[ignore = "takes ten seconds and measures"]
async fn idle_cost() {
    for bench in benches().await {
        let queue = bench.open().await;
        let (_, counting) = count_runs(Outcome::Done);
        let worker = start(&queue, jobs::RunSettings::new("api", 2), counting);
        eventually("the worker is up", async || bench.workers().await == 1).await;
        let before = own_cpu();
        tokio::time::sleep(Duration::from_secs(10)).await;
        let used = own_cpu().saturating_sub(before);
        println!("{}: {:.2} % of one core while idle", bench.name, used.as_secs_f64() * 10.0);
        worker.stop().await;
    }
}
