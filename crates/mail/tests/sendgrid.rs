//! Against a stand-in for SendGrid, made after its published API.

#![expect(clippy::expect_used, reason = "what fails here is the test's failure")]

use std::time::Duration;

use mail::{Address, Mail, Mailer as _, SendError, SendGrid, Sender};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use uuid::Uuid;

/// Answers one request and returns it as it came.
async fn stand_in(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a request");
        let mut request = Vec::new();
        loop {
            let mut piece = [0; 4096];
            let read = stream.read(&mut piece).await.expect("a request");
            request.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&request).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.to_lowercase().lines().find_map(|line| {
                line.strip_prefix("content-length: ").and_then(|length| length.parse::<usize>().ok())
            });
            if length.is_none_or(|length| body.len() >= length) {
                let answer = format!("HTTP/1.1 {answer}Content-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.expect("an answer");
                return text;
            }
        }
    });
    (address, served)
}

fn mail() -> Mail {
    Mail {
        id: Uuid::from_u128(7),
        to: Address::parse("ada@clinic.example").expect("an address"),
        subject: "You are invited".to_owned(),
        text: "Hello\nhttps://harbour.example/invitation#secret".to_owned(),
    }
}

async fn sent(answer: &'static str) -> (Result<(), SendError>, String) {
    let (address, served) = stand_in(answer).await;
    let from = Sender::parse("Harbour <no-reply@harbour.example>").expect("a sender");
    let sendgrid = SendGrid::new(&address, "SG.key", from).expect("usable");
    let result = sendgrid.send(&mail()).await;
    (result, served.await.expect("a request"))
}

#[tokio::test]
async fn a_mail_is_handed_over_in_the_published_form() {
    let (result, request) = sent("202 Accepted\r\n").await;
    assert_eq!(result, Ok(()));
    let (head, body) = request.split_once("\r\n\r\n").expect("a whole request");
    assert!(head.starts_with("POST /v3/mail/send HTTP/1.1"), "{head}");
    assert!(head.to_lowercase().contains("authorization: bearer sg.key"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body["personalizations"][0]["to"][0]["email"], "ada@clinic.example");
    assert_eq!(body["from"], serde_json::json!({ "email": "no-reply@harbour.example", "name": "Harbour" }));
    assert_eq!(body["content"][0]["type"], "text/plain");
    assert_eq!(body["content"][0]["value"], mail().text);
    assert_eq!(body["tracking_settings"]["click_tracking"]["enable"], false);
}

#[tokio::test]
async fn its_answer_decides_whether_to_try_again() {
    let later = |reason, seconds| Err(SendError::Later { reason, after: Duration::from_secs(seconds) });
    assert_eq!(sent("429 Too Many Requests\r\nRetry-After: 30\r\n").await.0, later("busy", 30));
    assert_eq!(sent("429 Too Many Requests\r\n").await.0, later("busy", 0));
    assert_eq!(sent("429 Too Many Requests\r\nRetry-After: 99999999\r\n").await.0, later("busy", 3600));
    assert_eq!(sent("401 Unauthorized\r\n").await.0, later("credentials", 0));
    assert_eq!(sent("503 Service Unavailable\r\n").await.0, later("failed", 0));
    assert_eq!(sent("302 Found\r\nLocation: http://127.0.0.1/\r\n").await.0, later("failed", 0));
    for answer in ["400 Bad Request\r\n", "413 Payload Too Large\r\n"] {
        assert_eq!(sent(answer).await.0, Err(SendError::Refused { reason: "refused" }), "{answer}");
    }
}

#[tokio::test]
async fn where_nobody_answers_it_is_tried_again_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let from = Sender::parse("no-reply@harbour.example").expect("a sender");
    let result = SendGrid::new(&address, "SG.key", from).expect("usable").send(&mail()).await;
    assert_eq!(result, Err(SendError::Later { reason: "unreachable", after: Duration::ZERO }));
}
