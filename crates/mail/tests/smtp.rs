//! Against a mail server that this test starts.

#![expect(clippy::expect_used, reason = "what fails here is the test's failure")]

use mail::{Address, Mail, Mailer as _, SendError, Sender, Smtp};
use testing::Postbox;
use uuid::Uuid;

fn mail(to: &str, text: &str) -> Mail {
    Mail {
        id: Uuid::from_u128(7),
        to: Address::parse(to).expect("an address"),
        subject: "You are invited – Grüße".to_owned(),
        text: text.to_owned(),
    }
}

fn smtp(url: &str) -> Smtp {
    Smtp::new(url, Sender::parse("Harbour <no-reply@harbour.example>").expect("a sender")).expect("usable")
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let postbox = Postbox::open().await;
    let link = format!("https://harbour.example/invitation#{}", "a-long-secret-".repeat(12));
    let text = format!("Hello,\n\n.a line with a dot\nwith ümlauts = and more\n\n{link}\n");
    smtp(&postbox.url()).send(&mail("ada@clinic.example", &text)).await.expect("taken");
    let arrived = postbox.mail_to("ada@clinic.example", 0).await;
    assert_eq!(arrived.from, "no-reply@harbour.example");
    assert_eq!(arrived.text().replace("\r\n", "\n").trim_end(), text.trim_end());
    assert_eq!(arrived.link(), link);
    assert_eq!(
        arrived.header("Message-ID").as_deref(),
        Some("<00000000-0000-0000-0000-000000000007@harbour.example>")
    );
    assert!(arrived.header("From").is_some_and(|from| from.contains("Harbour")));
}

#[tokio::test]
async fn what_the_server_says_decides_whether_to_try_again() {
    let postbox = Postbox::open().await;
    let smtp = smtp(&postbox.url());
    let mail = mail("ada@clinic.example", "Hello");
    for (line, reason) in [("450 4.2.1 busy", "busy"), ("535 5.7.8 who are you", "credentials")] {
        postbox.refuse_next(line);
        let refused = smtp.send(&mail).await.expect_err("refused");
        assert!(matches!(refused, SendError::Later { reason: it, .. } if it == reason), "{refused:?}");
    }
    postbox.refuse_next("550 5.1.1 no such person ada@clinic.example");
    let refused = smtp.send(&mail).await.expect_err("refused");
    assert_eq!(refused, SendError::Refused { reason: "refused" });
    assert!(!format!("{refused} {refused:?} {mail:?}").contains("ada@"));
    smtp.send(&mail).await.expect("taken");
    assert_eq!(postbox.received().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_gone_is_tried_again_later() {
    let postbox = Postbox::open().await;
    let smtp = smtp(&postbox.url());
    postbox.close();
    tokio::task::yield_now().await;
    let refused = smtp.send(&mail("ada@clinic.example", "Hello")).await.expect_err("gone");
    assert!(matches!(refused, SendError::Later { reason: "unreachable", .. }), "{refused:?}");
}

#[tokio::test]
async fn a_server_without_tls_is_told_nothing_unless_it_is_this_computer() {
    let postbox = Postbox::open().await;
    // Any other name asks for STARTTLS, which this server does not speak.
    let url = format!("{}?tls=required", postbox.url());
    let refused = smtp(&url).send(&mail("ada@clinic.example", "Hello")).await.expect_err("refused");
    assert!(matches!(refused, SendError::Later { .. }), "{refused:?}");
    assert!(postbox.received().is_empty());
}
