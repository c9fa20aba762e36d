//! The statements that apalis lacks, once per dialect. Times are the database's own, so that the
//! clocks of several machines need not agree.

pub(crate) struct Statements {
    /// Says that a worker lives: worker id, queue.
    pub beat: &'static str,
    /// Gives back the jobs of workers that were silent for a lease: own id, lease in seconds.
    pub take_over_silent: &'static str,
    /// Gives back the jobs of workers whose id starts so: prefix, attempts to charge.
    pub release: &'static str,
    /// Ends a run: task id, worker id, status, attempts, most attempts, delay in seconds, reason.
    pub settle: &'static str,
    /// Cancels what is not over: ticket id, queue.
    pub cancel: &'static str,
    /// Makes a job due now whose last run failed: ticket id, queue, most attempts.
    pub revive: &'static str,
    /// Counts: queue.
    pub depth: &'static str,
    /// One job: ticket id, queue.
    pub find: &'static str,
    /// Dead jobs, the latest first: queue, limit.
    pub list_dead: &'static str,
    /// Forgets old jobs: seconds to keep finished ones, seconds to keep dead ones.
    pub vacuum_jobs: &'static str,
    /// Forgets workers that were silent for a day and hold nothing.
    pub vacuum_workers: &'static str,
}

pub(crate) const SQLITE: Statements = Statements {
    beat: "INSERT INTO Workers (id, worker_type, storage_name, layers, last_seen)
        VALUES ($1, $2, 'jobs', '', unixepoch())
        ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen",
    take_over_silent: "UPDATE Jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL,
            attempts = attempts + 1, last_result = json_object('Err', 'worker_silent')
        WHERE status IN ('Queued', 'Running') AND lock_by <> $1
          AND lock_by IN (SELECT id FROM Workers WHERE unixepoch() - last_seen >= $2)",
    release: "UPDATE Jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL,
            attempts = attempts + $2, last_result = json_object('Err', 'worker_gone')
        WHERE status IN ('Queued', 'Running') AND substr(lock_by, 1, length($1)) = $1",
    settle: "UPDATE Jobs SET status = $3, attempts = $4, max_attempts = $5,
            run_at = CASE WHEN $6 > 0 THEN CAST(unixepoch() + $6 AS INTEGER) ELSE run_at END,
            last_result = CASE WHEN $7 IS NULL THEN NULL ELSE json_object('Err', $7) END,
            done_at = CASE WHEN $3 = 'Failed' AND $4 < $5 THEN NULL ELSE unixepoch() END,
            lock_by = NULL, lock_at = NULL
        WHERE id = $1 AND lock_by = $2 AND status IN ('Queued', 'Running')",
    cancel: "UPDATE Jobs SET status = 'Killed', done_at = unixepoch(), lock_by = NULL, lock_at = NULL
        WHERE idempotency_key = $1 AND job_type = $2
          AND status IN ('Pending', 'Queued', 'Running', 'Failed')",
    revive: "UPDATE Jobs SET status = 'Pending', attempts = 0, max_attempts = $3,
            run_at = unixepoch(), done_at = NULL
        WHERE idempotency_key = $1 AND job_type = $2 AND status = 'Failed'",
    depth: "SELECT
            COUNT(*) FILTER (WHERE status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts)),
            COUNT(*) FILTER (WHERE status IN ('Queued', 'Running')),
            COUNT(*) FILTER (WHERE status = 'Failed' AND attempts >= max_attempts),
            unixepoch() - MIN(run_at) FILTER (WHERE run_at <= unixepoch()
                AND (status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts)))
        FROM Jobs WHERE job_type = $1 AND status IN ('Pending', 'Queued', 'Running', 'Failed')",
    find: "SELECT status, attempts, max_attempts, last_result ->> 'Err'
        FROM Jobs WHERE idempotency_key = $1 AND job_type = $2",
    list_dead: "SELECT job, attempts, last_result ->> 'Err' FROM Jobs
        WHERE job_type = $1 AND status = 'Failed' AND attempts >= max_attempts
        ORDER BY done_at DESC, id LIMIT $2",
    vacuum_jobs: "DELETE FROM Jobs
        WHERE (status IN ('Done', 'Killed') AND done_at <= unixepoch() - $1)
           OR (status = 'Failed' AND attempts >= max_attempts AND done_at <= unixepoch() - $2)",
    vacuum_workers: "DELETE FROM Workers WHERE last_seen < unixepoch() - 86400
        AND NOT EXISTS (SELECT 1 FROM Jobs WHERE lock_by = Workers.id)",
};

pub(crate) const POSTGRES: Statements = Statements {
    beat: "INSERT INTO apalis.workers (id, worker_type, storage_name, layers, last_seen)
        VALUES ($1, $2, 'jobs', '', now())
        ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen",
    take_over_silent: "UPDATE apalis.jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL,
            attempts = attempts + 1, last_result = jsonb_build_object('Err', 'worker_silent')
        WHERE status IN ('Queued', 'Running') AND lock_by <> $1
          AND lock_by IN (SELECT id FROM apalis.workers
                          WHERE last_seen <= now() - make_interval(secs => $2))",
    release: "UPDATE apalis.jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL,
            attempts = attempts + $2, last_result = jsonb_build_object('Err', 'worker_gone')
        WHERE status IN ('Queued', 'Running') AND starts_with(lock_by, $1)",
    settle: "UPDATE apalis.jobs SET status = $3, attempts = $4, max_attempts = $5,
            run_at = CASE WHEN $6 > 0 THEN now() + make_interval(secs => $6) ELSE run_at END,
            last_result = CASE WHEN $7 IS NULL THEN NULL ELSE jsonb_build_object('Err', $7) END,
            done_at = CASE WHEN $3 = 'Failed' AND $4 < $5 THEN NULL ELSE now() END,
            lock_by = NULL, lock_at = NULL
        WHERE id = $1 AND lock_by = $2 AND status IN ('Queued', 'Running')",
    cancel: "UPDATE apalis.jobs SET status = 'Killed', done_at = now(), lock_by = NULL, lock_at = NULL
        WHERE idempotency_key = $1 AND job_type = $2
          AND status IN ('Pending', 'Queued', 'Running', 'Failed')",
    revive: "UPDATE apalis.jobs SET status = 'Pending', attempts = 0, max_attempts = $3,
            run_at = now(), done_at = NULL
        WHERE idempotency_key = $1 AND job_type = $2 AND status = 'Failed'",
    depth: "SELECT
            COUNT(*) FILTER (WHERE status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts)),
            COUNT(*) FILTER (WHERE status IN ('Queued', 'Running')),
            COUNT(*) FILTER (WHERE status = 'Failed' AND attempts >= max_attempts),
            EXTRACT(EPOCH FROM now() - MIN(run_at) FILTER (WHERE run_at <= now()
                AND (status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts))))::bigint
        FROM apalis.jobs WHERE job_type = $1 AND status IN ('Pending', 'Queued', 'Running', 'Failed')",
    find: "SELECT status, attempts, max_attempts, last_result ->> 'Err'
        FROM apalis.jobs WHERE idempotency_key = $1 AND job_type = $2",
    list_dead: "SELECT job, attempts, last_result ->> 'Err' FROM apalis.jobs
        WHERE job_type = $1 AND status = 'Failed' AND attempts >= max_attempts
        ORDER BY done_at DESC, id LIMIT $2",
    vacuum_jobs: "DELETE FROM apalis.jobs
        WHERE (status IN ('Done', 'Killed') AND done_at <= now() - make_interval(secs => $1))
           OR (status = 'Failed' AND attempts >= max_attempts
               AND done_at <= now() - make_interval(secs => $2))",
    vacuum_workers: "DELETE FROM apalis.workers w WHERE last_seen < now() - interval '1 day'
        AND NOT EXISTS (SELECT 1 FROM apalis.jobs j WHERE j.lock_by = w.id)",
};
