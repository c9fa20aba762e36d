//! What a log line holds, and what never gets into one.
#![expect(clippy::expect_used, reason = "a test may stop at what it cannot do without")]

use serde_json::Value;
use telemetry::{LogCapture, LogError, LogFormat, LogSettings};

/// What is logged at `level` while `act` runs.
fn captured(level: &str, act: impl FnOnce()) -> Vec<Value> {
    let capture = LogCapture::default();
    tracing::subscriber::with_default(capture.subscriber(level).expect("a level"), act);
    capture.lines().iter().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

#[test]
fn a_line_is_flat_and_carries_the_request_id_of_its_span() {
    let lines = captured("info", || {
        let request = tracing::info_span!("request", request_id = "r-1", path = "/clients?name=Erika");
        let _entered = request.enter();
        let _inner = tracing::info_span!("inner", job_id = 7).entered();
        tracing::info!(stage = "decode", milliseconds = 12_u64, "A stage is done");
    });
    assert_eq!(lines.len(), 1);
    let line = lines[0].as_object().expect("an object");
    assert_eq!(line["message"], "A stage is done");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["target"], "logs");
    assert_eq!(line["stage"], "decode");
    assert_eq!(line["milliseconds"], 12);
    assert_eq!(line["request_id"], "r-1");
    assert_eq!(line["job_id"], 7);
    assert!(line["timestamp"].as_str().expect("a time").ends_with('Z'));
    assert_eq!(line.len(), 8, "{line:?}");
}

#[test]
fn of_a_span_only_ids_are_logged() {
    let lines = captured("trace", || {
        let _request = tracing::info_span!("request", path = "/clients?name=Erika").entered();
        tracing::warn!("Something is slow");
    });
    assert!(!lines[0].to_string().contains("Erika"));
}

#[test]
fn a_warning_has_its_request_id_when_only_warnings_are_logged() {
    let lines = captured("warn", || {
        let _request = tracing::info_span!("request", request_id = "r-2").entered();
        tracing::info!("Left out");
        tracing::warn!("Something is slow");
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["request_id"], "r-2");
}

#[test]
fn statements_are_not_logged_even_if_asked_for() {
    let lines = captured("trace,sqlx=trace,sqlx::query=trace,sea_orm::driver=trace", || {
        tracing::warn!(target: "sqlx::query", "SELECT 'Erika'");
        tracing::warn!(target: "sea_orm::driver", "SELECT 'Erika'");
        tracing::trace!("Seen");
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["message"], "Seen");
}

#[test]
fn libraries_are_heard_only_when_they_warn_or_are_named() {
    let lines = captured("debug,rustls=debug", || {
        tracing::info!(target: "hyper::client", "chatter");
        tracing::warn!(target: "hyper::client", "trouble");
        tracing::debug!(target: "rustls::conn", "asked for");
    });
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().expect("text")).collect();
    assert_eq!(messages, ["trouble", "asked for"]);
}

#[test]
fn an_unknown_level_is_refused() {
    let settings = LogSettings { level: "api=loud".to_owned(), format: LogFormat::Json };
    assert!(matches!(telemetry::init(&settings), Err(LogError::UnknownLevel(_))));
}
