//! Our metrics, under their names. Labels are words of the code or routes that were declared at the
//! start, so that neither a path nor anything typed by a person can become one.

use std::{
    collections::HashSet,
    sync::{Mutex, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::process;

/// The route of a request that no declared route matches.
pub const UNMATCHED_ROUTE: &str = "unmatched";

const HTTP_SECONDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Most requests ask nobody who is there, and take microseconds; some ask the database.
const AUTHORIZATION_SECONDS: [f64; 9] =
    [0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.001, 0.005, 0.025, 0.1];
/// A stage takes a second for a dictation and the better part of an hour for a long session; a call to
/// a model is a part of one.
const STAGE_SECONDS: [f64; 11] = [0.1, 0.5, 1.0, 5.0, 15.0, 30.0, 60.0, 180.0, 600.0, 1800.0, 3600.0];

/// From the commit of an audit event to its link in the chain.
const CHAIN_SECONDS: [f64; 9] = [0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 600.0];

/// The metrics of this process.
#[derive(Debug, Clone, Copy)]
pub struct Metrics;

/// Why metrics could not be installed.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The exporter refused its settings, or another recorder is installed.
    #[error("metrics could not be installed")]
    Install(#[from] BuildError),
    /// The thread that tidies up could not be started.
    #[error("the thread for metrics could not be started")]
    Thread(#[from] std::io::Error),
}

/// Renders what has been recorded.
#[derive(Clone)]
pub struct MetricsHandle(PrometheusHandle);

impl Metrics {
    /// Records from now on. A second call in one process returns the first one's handle.
    ///
    /// # Errors
    /// If some other recorder is installed.
    pub fn install() -> Result<MetricsHandle, MetricsError> {
        static INSTALLED: Mutex<Option<MetricsHandle>> = Mutex::new(None);
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = &*installed {
            return Ok(handle.clone());
        }
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full("http_request_seconds".to_owned()), &HTTP_SECONDS)?
            .set_buckets_for_metric(
                Matcher::Full("authorization_seconds".to_owned()),
                &AUTHORIZATION_SECONDS,
            )?
            .set_buckets_for_metric(Matcher::Full("pipeline_stage_seconds".to_owned()), &STAGE_SECONDS)?
            .set_buckets_for_metric(Matcher::Full("ai_call_seconds".to_owned()), &STAGE_SECONDS)?
            .set_buckets_for_metric(Matcher::Full("audit_chain_lag_seconds".to_owned()), &CHAIN_SECONDS)?
            .install_recorder()?;
        describe();
        // Samples pile up between scrapes, and for ever if nobody scrapes, unless they are folded.
        let folding = handle.clone();
        std::thread::Builder::new().name("metrics".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(Duration::from_secs(10));
                folding.run_upkeep();
            }
        })?;
        let handle = MetricsHandle(handle);
        *installed = Some(handle.clone());
        Ok(handle)
    }
}

impl MetricsHandle {
    /// Everything in Prometheus' text format, with fresh figures of the process.
    pub fn render(&self) -> String {
        if let Some(usage) = process::usage() {
            gauge!("process_resident_bytes").set(usage.resident_bytes as f64);
            gauge!("process_start_time_seconds").set(usage.started_at as f64);
            counter!("process_cpu_milliseconds_total").absolute(usage.cpu.as_millis() as u64);
        }
        self.0.render()
    }
}

fn describe() {
    describe_counter!("http_requests_total", "Answered requests by method, route and status");
    describe_histogram!("http_request_seconds", Unit::Seconds, "Time to answer a request");
    describe_histogram!(
        "authorization_seconds",
        Unit::Seconds,
        "Time to find out who asks and how much is left"
    );
    describe_gauge!("jobs_waiting", "Jobs that wait for a worker or for their time");
    describe_gauge!("jobs_running", "Jobs that a worker has claimed");
    describe_gauge!("jobs_dead", "Jobs that will not be tried again by themselves");
    describe_gauge!("jobs_oldest_waiting_seconds", Unit::Seconds, "How long the oldest job has been due");
    describe_histogram!("pipeline_stage_seconds", Unit::Seconds, "Time of a stage from recording to draft");
    describe_counter!("ai_calls_total", "Calls to AI systems by system and outcome");
    describe_histogram!("ai_call_seconds", Unit::Seconds, "Time of a call that an AI system was given");
    describe_histogram!(
        "audit_chain_lag_seconds",
        Unit::Seconds,
        "From an audit event to its link, of the oldest event of each round"
    );
    describe_counter!("audit_events_linked_total", "Audit events that this process has linked");
    describe_gauge!("audit_trail_breaks", "What does not agree in the last day of the audit trails");
    describe_gauge!("process_resident_bytes", Unit::Bytes, "Memory of this process in RAM");
    describe_gauge!("process_start_time_seconds", Unit::Seconds, "Start of this process since 1970");
    describe_counter!("process_cpu_milliseconds_total", Unit::Milliseconds, "CPU time of this process");
}

/// The routes that may become labels: templates such as `/api/v1/clients/{client_id}`. To be called
/// at the start, as often as there are lists of routes.
pub fn declare_routes<R: Into<String>>(templates: impl IntoIterator<Item = R>) {
    let mut routes = routes().write().unwrap_or_else(PoisonError::into_inner);
    for template in templates {
        let template: String = template.into();
        if !routes.contains(template.as_str()) {
            // Routes live as long as the process, and are as many as the code has.
            routes.insert(template.leak());
        }
    }
}

fn routes() -> &'static RwLock<HashSet<&'static str>> {
    static ROUTES: OnceLock<RwLock<HashSet<&'static str>>> = OnceLock::new();
    ROUTES.get_or_init(RwLock::default)
}

/// Counts an answered request. `template` is the route that matched; what is not declared counts as
/// [`UNMATCHED_ROUTE`], and a method outside RFC 9110 and RFC 5789 as `OTHER`.
pub fn http_request(method: &str, template: Option<&str>, status: u16, took: Duration) {
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let method = METHODS.into_iter().find(|known| *known == method).unwrap_or("OTHER");
    let route = template
        .and_then(|template| routes().read().unwrap_or_else(PoisonError::into_inner).get(template).copied())
        .unwrap_or(UNMATCHED_ROUTE);
    counter!("http_requests_total", "method" => method, "route" => route, "status" => status.to_string())
        .increment(1);
    histogram!("http_request_seconds", "method" => method, "route" => route).record(took.as_secs_f64());
}

/// How long it took to find out who asks, and whether they have asked too much.
pub fn authorization(took: Duration) {
    histogram!("authorization_seconds").record(took.as_secs_f64());
}

/// How much there is to do: waiting, running and dead jobs, and for how long the oldest has been due.
pub fn jobs_depth(waiting: u64, running: u64, dead: u64, oldest_waiting: Option<Duration>) {
    gauge!("jobs_waiting").set(waiting as f64);
    gauge!("jobs_running").set(running as f64);
    gauge!("jobs_dead").set(dead as f64);
    gauge!("jobs_oldest_waiting_seconds").set(oldest_waiting.unwrap_or_default().as_secs_f64());
}

/// A stage of the pipeline, such as `decode`, how it ended and how long it took. One that is gone
/// through in several runs is counted with each.
pub fn pipeline_stage(stage: &'static str, outcome: &'static str, took: Duration) {
    histogram!("pipeline_stage_seconds", "stage" => stage, "outcome" => outcome).record(took.as_secs_f64());
}

/// A call to an AI system, by the key under which the system's code introduces itself, how it ended and
/// how long it took; `None` when the system was not asked.
pub fn ai_call(system: &str, outcome: &'static str, took: Option<Duration>) {
    counter!("ai_calls_total", "system" => system.to_owned(), "outcome" => outcome).increment(1);
    if let Some(took) = took {
        histogram!("ai_call_seconds", "system" => system.to_owned()).record(took.as_secs_f64());
    }
}

/// So many audit events were linked, and for how long the oldest of them had waited.
pub fn audit_linked(events: usize, lag: Duration) {
    counter!("audit_events_linked_total").increment(events as u64);
    histogram!("audit_chain_lag_seconds").record(lag.as_secs_f64());
}

/// How much of the last day of the audit trails does not agree with its chain.
pub fn audit_breaks(breaks: u64) {
    gauge!("audit_trail_breaks").set(breaks as f64);
}
