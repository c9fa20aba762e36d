//! What a scrape shows, and what never becomes a label.

use std::time::Duration;

use telemetry::{Metrics, ai_call, declare_routes, http_request, jobs_depth, pipeline_stage, process};

#[test]
fn what_was_recorded_is_rendered_under_its_name() {
    let metrics = Metrics::install().expect("installed");
    declare_routes(["/api/v1/clients/{client_id}"]);
    http_request("GET", Some("/api/v1/clients/{client_id}"), 200, Duration::from_millis(7));
    jobs_depth(3, 2, 1, Some(Duration::from_secs(9)));
    pipeline_stage("decode", "done", Duration::from_secs(2));
    ai_call("local-whisper", "succeeded", Some(Duration::from_secs(3)));
    ai_call("local-whisper", "refused", None);
    let text = Metrics::install().expect("the same again").render();
    for line in [
        r#"http_requests_total{method="GET",route="/api/v1/clients/{client_id}",status="200"} 1"#,
        r#"http_request_seconds_bucket{method="GET",route="/api/v1/clients/{client_id}",le="0.005"} 0"#,
        r#"http_request_seconds_bucket{method="GET",route="/api/v1/clients/{client_id}",le="0.01"} 1"#,
        "jobs_waiting 3",
        "jobs_running 2",
        "jobs_dead 1",
        "jobs_oldest_waiting_seconds 9",
        r#"pipeline_stage_seconds_bucket{stage="decode",outcome="done",le="5"} 1"#,
        r#"ai_calls_total{system="local-whisper",outcome="succeeded"} 1"#,
        r#"ai_calls_total{system="local-whisper",outcome="refused"} 1"#,
        r#"ai_call_seconds_count{system="local-whisper"} 1"#,
        "# TYPE process_resident_bytes gauge",
    ] {
        assert!(text.lines().any(|rendered| rendered == line), "{line} is not in\n{text}");
    }
    assert_eq!(metrics.render().lines().filter(|line| line.starts_with("jobs_dead ")).count(), 1);
}

#[test]
fn a_raw_path_or_an_invented_method_is_not_a_label() {
    let metrics = Metrics::install().expect("installed");
    http_request("ERIKA", Some("/api/v1/clients/Erika"), 404, Duration::ZERO);
    http_request("GET", None, 404, Duration::ZERO);
    let text = metrics.render();
    assert!(!text.contains("Erika") && !text.contains("ERIKA"));
    assert!(text.contains(r#"{method="OTHER",route="unmatched",status="404"} 1"#), "{text}");
}

#[test]
fn linux_tells_memory_and_cpu_time_of_a_process() {
    let Some(usage) = process::usage() else {
        println!("skipped: there is no /proc here");
        return;
    };
    assert!(usage.resident_bytes > 500_000 && usage.resident_bytes <= usage.peak_resident_bytes);
    let mut sum = 0_u64;
    while process::usage().expect("still Linux").cpu == usage.cpu {
        sum = std::hint::black_box(sum.wrapping_add(1));
    }
    let outside = process::usage_of(std::process::id()).expect("this process");
    assert_eq!(outside.started_at, usage.started_at);
    assert!(outside.cpu > usage.cpu);
    assert_eq!(process::usage_of(u32::MAX), None);
}
