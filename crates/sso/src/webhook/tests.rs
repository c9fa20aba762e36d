//! Signatures of messages, true and forged.

use super::*;

const SECRET: &str = "whsec_test";

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

fn signed(secret: &str, at: DateTime<Utc>, body: &[u8]) -> String {
    let at = at.timestamp_millis();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{at}.").as_bytes());
    mac.update(body);
    format!("t={at}, v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// As WorkOS' reference shows it.
const MESSAGE: &[u8] =
    br#"{"id":"event_01","event":"dsync.user.updated","created_at":"2027-01-15T08:00:00.000Z",
    "data":{"object":"directory_user","id":"directory_user_01","directory_id":"directory_01",
    "organization_id":"org_01","idp_id":"8931","username":"ada","emails":[{"primary":true,"type":"work",
    "value":"ada@clinic.example"}],"first_name":"Ada","last_name":"Marsh","state":"active",
    "raw_attributes":{},"custom_attributes":{},"created_at":"2026-01-15T08:00:00.000Z",
    "updated_at":"2027-01-15T08:00:00.000Z","role":{"slug":"member"}}}"#;

#[test]
fn a_signed_message_is_read() {
    let told = read(SECRET, &signed(SECRET, noon(), MESSAGE), MESSAGE, noon()).expect("read");
    assert_eq!(told.id, "event_01");
    let Change::Person(person) = told.change else { panic!("{told:?}") };
    assert_eq!(person.organization_id, "org_01");
    assert_eq!(person.email, Some("ada@clinic.example".into()));
    assert_eq!(person.name, Some("Ada Marsh".into()));
    assert!(person.active);
}

#[test]
fn a_message_that_somebody_else_signed_or_that_was_changed_is_refused() {
    let refused = |header: &str, body: &[u8]| {
        assert_eq!(read(SECRET, header, body, noon()), Err(Refused::Signature), "{header}");
    };
    refused(&signed("whsec_other", noon(), MESSAGE), MESSAGE);
    refused(&signed(SECRET, noon(), MESSAGE), &[MESSAGE, b" "].concat());
    let right = signed(SECRET, noon(), MESSAGE);
    refused(&right.replace("t=1", "t=2"), MESSAGE);
    refused(right.split(", ").next().expect("a time"), MESSAGE);
    for nonsense in ["", "t=,v1=", "t=1800000000000", "v1=00", "t=1800000000000,v1=", "t=1800000000000,v1=zz"]
    {
        refused(nonsense, MESSAGE);
    }
    // Cut short by a byte.
    refused(&right[..right.len() - 2], MESSAGE);
}

#[test]
fn a_message_is_taken_for_three_minutes() {
    let at = |late: TimeDelta| read(SECRET, &signed(SECRET, noon(), MESSAGE), MESSAGE, noon() + late).is_ok();
    assert!(at(TimeDelta::minutes(3)) && at(TimeDelta::minutes(-3)));
    assert!(!at(TimeDelta::seconds(181)) && !at(TimeDelta::seconds(-181)));
}

#[test]
fn what_does_not_matter_here_is_nothing_and_what_cannot_be_read_is_said_to_be() {
    let body =
        br#"{"id":"event_02","event":"connection.activated","created_at":"2027-01-15T08:00:00Z","data":{}}"#;
    let told = read(SECRET, &signed(SECRET, noon(), body), body, noon()).expect("read");
    assert_eq!(told.change, Change::Nothing);
    let body =
        br#"{"id":"event_03","event":"dsync.user.created","created_at":"2027-01-15T08:00:00Z","data":{}}"#;
    assert_eq!(read(SECRET, &signed(SECRET, noon(), body), body, noon()), Err(Refused::Malformed));
}

#[test]
fn a_message_does_not_print_whom_it_is_about() {
    let told = read(SECRET, &signed(SECRET, noon(), MESSAGE), MESSAGE, noon()).expect("read");
    let printed = format!("{told:?}");
    assert!(!printed.contains("ada@") && !printed.contains("Marsh"), "{printed}");
}
