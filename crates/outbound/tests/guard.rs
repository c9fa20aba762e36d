//! The client against a server on the loopback interface, which is inside.

#![expect(clippy::expect_used, reason = "what fails here is the test's failure")]

use std::time::{Duration, Instant};

use outbound::{Known, Listed, Outbound, OutboundError, Sent};
use testing::Site;

fn reaching(listed: &[&str]) -> Outbound {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listed: Vec<Listed> = listed.iter().map(|it| it.parse().expect("a host")).collect();
    Outbound::new(listed).expect("a client")
}

async fn asked(outbound: &Outbound, address: &str) -> Result<u16, OutboundError> {
    outbound.send(address, Sent::Nothing, Known::Not).await.map(|answer| answer.status)
}

#[tokio::test]
async fn what_is_inside_is_reached_only_where_the_operator_listed_it() {
    let site = Site::open(|_| Site::json(200, "{}")).await;
    let address = site.address.clone();
    let port = address.rsplit(':').next().expect("a port").to_owned();
    assert_eq!(asked(&reaching(&[]), &address).await, Err(OutboundError::Refused));
    assert_eq!(asked(&reaching(&["127.0.0.1:1"]), &address).await, Err(OutboundError::Refused));
    assert_eq!(asked(&reaching(&[&format!("127.0.0.1:{port}")]), &address).await, Ok(200));
    // A name that leads inside is refused when it is resolved.
    let by_name = format!("https://localhost:{port}/");
    assert_eq!(asked(&reaching(&[]), &by_name).await, Err(OutboundError::NoAnswer));
    for other in
        ["http://example.com/", "ftp://example.com/", "https://[::1]/", "https://u:p@example.com/", "x"]
    {
        assert_eq!(asked(&reaching(&[]), other).await, Err(OutboundError::Refused), "{other}");
    }
    // Nobody but the listed client has come.
    assert_eq!(site.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let site = Site::open(|request| match request.path.as_str() {
        "/" => Site::redirect("/inside"),
        _ => Site::json(200, "{}"),
    })
    .await;
    assert_eq!(asked(&reaching(&[site.host()]), &site.address).await, Ok(302));
    assert_eq!(site.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_cut_off_whether_it_says_so_or_not() {
    let site = Site::open(|request| match request.path.as_str() {
        "/announced" => Site::json(200, &"x".repeat(300 * 1024)),
        _ => Site::endless(),
    })
    .await;
    let outbound = reaching(&[site.host()]);
    for path in ["announced", "endless"] {
        let begun = Instant::now();
        let answer = asked(&outbound, &format!("{}/{path}", site.address)).await;
        assert_eq!(answer, Err(OutboundError::TooLong), "{path}");
        assert!(begun.elapsed() < Duration::from_secs(8));
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let site = Site::open(|_| Site::silence()).await;
    let begun = Instant::now();
    let answer = asked(&reaching(&[site.host()]), &site.address).await;
    assert_eq!(answer, Err(OutboundError::NoAnswer));
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn a_form_and_a_name_travel_as_the_standards_say() {
    let site = Site::open(|_| Site::json(200, "{}")).await;
    let form = [("code", "a b&c"), ("x", "ü")];
    let known = Known::Basic("client:1", "s p");
    let answer = reaching(&[site.host()]).send(&site.address, Sent::Form(&form), known).await;
    assert_eq!(answer.map(|it| it.status), Ok(200));
    let request = site.requests().remove(0);
    assert_eq!(request.body, "code=a+b%26c&x=%C3%BC");
    // "client%3A1:s+p"
    assert_eq!(request.header("authorization"), "Basic Y2xpZW50JTNBMTpzK3A=");
}
