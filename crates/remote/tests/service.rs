//! What becomes of an answer, and of none.

#![expect(clippy::expect_used, reason = "what fails here is the test's failure")]

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use remote::{Service, ServiceError};
use testing::{Site, Told};

const BODY: &str = "what was said";

fn with_header(status: u16, header: &str) -> Told {
    Told::Bytes(format!("HTTP/1.1 {status} X\r\n{header}\r\nContent-Length: 0\r\n\r\n"))
}

/// A service that gives these answers, the last of them again and again, and what became of asking it.
async fn ask(answers: Vec<Told>) -> (Result<String, ServiceError>, usize) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let next = AtomicUsize::new(0);
    let site = Site::open(move |_| {
        let index = next.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        answers[index].clone()
    })
    .await;
    let address = format!("{}/v1", site.address).parse().expect("an address");
    let service = Service::new(address, Some("zebra")).expect("TLS").pausing(Duration::from_millis(1));
    let answer = service.post("chat/completions", |request| request.body(BODY)).await;
    for asked in site.requests() {
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v1/chat/completions"));
        assert_eq!((asked.header("authorization"), asked.body.as_str()), ("Bearer zebra", BODY));
    }
    (answer.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()), site.requests().len())
}

#[tokio::test]
async fn an_answer_comes_through_and_nothing_is_asked_twice() {
    assert_eq!(ask(vec![Site::json(200, "{}")]).await, (Ok("{}".to_owned()), 1));
}

#[tokio::test]
async fn what_may_pass_is_tried_again_three_times_at_most() {
    for status in [408, 429, 500, 502, 503, 529] {
        let busy = Site::json(status, "{}");
        assert_eq!(
            ask(vec![busy.clone(), busy.clone(), Site::json(200, "[]")]).await,
            (Ok("[]".to_owned()), 3)
        );
        assert_eq!(ask(vec![busy]).await, (Err(ServiceError::Busy(status)), 3));
    }
}

#[tokio::test]
async fn what_does_not_pass_is_not_tried_again() {
    for status in [401, 402, 403] {
        assert_eq!(ask(vec![Site::json(status, "{}")]).await, (Err(ServiceError::NotAccepted(status)), 1));
    }
    for status in [400, 404, 413, 422] {
        assert_eq!(ask(vec![Site::json(status, "{}")]).await, (Err(ServiceError::NotTaken(status)), 1));
    }
}

#[tokio::test]
async fn it_waits_as_long_as_it_is_told_and_no_longer_than_half_a_minute() {
    let (at_once, done) = (with_header(429, "Retry-After: 0"), Site::json(200, "{}"));
    assert_eq!(ask(vec![at_once, done.clone()]).await, (Ok("{}".to_owned()), 2));
    // The job comes back in place of somebody who waits.
    let long = with_header(429, "Retry-After: 3600");
    assert_eq!(ask(vec![long, done]).await, (Err(ServiceError::Busy(429)), 1));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_an_answer_without_end_is_cut_off() {
    let (answer, asked) = ask(vec![Site::redirect("http://127.0.0.1:1/elsewhere")]).await;
    assert_eq!((answer, asked), (Err(ServiceError::NotTaken(302)), 1));
    assert_eq!(ask(vec![Site::endless()]).await, (Err(ServiceError::TooLong), 1));
}

#[tokio::test]
async fn where_nobody_listens_there_is_no_answer() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let address = "http://127.0.0.1:1".parse().expect("an address");
    let service = Service::new(address, None).expect("TLS").pausing(Duration::from_millis(1));
    let answer = service.post("x", |request| request).await;
    assert_eq!(answer, Err(ServiceError::NoAnswer));
}
