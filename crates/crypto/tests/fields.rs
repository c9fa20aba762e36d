//! Fields, data keys, keyed hashes and blind indexes.

use std::collections::HashSet;

use crypto::{DataKey, KeyRing, OpenError, ParseKeysError, RootSecret, SealedColumn, sealed_key_version};
use hkdf::Hkdf;
use proptest::prelude::*;
use sha2::Sha256;
use uuid::Uuid;

const NAME: SealedColumn = SealedColumn::new("clients", "name");
const OWNER: Uuid = Uuid::from_u128(1);
const ROW: Uuid = Uuid::from_u128(7);

fn data_key() -> DataKey {
    KeyRing::for_testing().new_data_key(OWNER, 1).0
}

proptest! {
    #[test]
    fn any_field_round_trips(text: Vec<u8>) {
        let key = data_key();
        let sealed = key.seal(NAME, ROW, &text);
        prop_assert_eq!(sealed.len(), text.len() + 34);
        let opened = key.open(NAME, ROW, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), &text[..]);
    }

    #[test]
    fn any_flipped_bit_is_refused(text: Vec<u8>, at: prop::sample::Index, bit in 0..8_u8) {
        let key = data_key();
        let mut sealed = key.seal(NAME, ROW, &text);
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(key.open(NAME, ROW, &sealed).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_open(bytes: Vec<u8>) {
        prop_assert!(data_key().open(NAME, ROW, &bytes).is_err());
        prop_assert!(KeyRing::for_testing().open_data_key(OWNER, &bytes).is_err());
    }
}

/// Everything that a ciphertext is bound to.
type Place = (u8, u32, usize, usize, u8);

fn place() -> impl Strategy<Value = Place> {
    (0..3_u8, 1..4_u32, 0..3_usize, 0..3_usize, 0..3_u8)
}

proptest! {
    #[test]
    fn what_was_sealed_in_one_place_opens_in_no_other(one in place(), other in place()) {
        const TABLES: [&str; 3] = ["clients", "client", "clientsn"];
        const COLUMNS: [&str; 3] = ["name", "ame", "names"];
        let ring = KeyRing::for_testing();
        let column = |(_, _, table, column, _): Place| SealedColumn::new(TABLES[table], COLUMNS[column]);
        let new_key = |(owner, version, ..): Place| ring.new_data_key(Uuid::from_u128(owner.into()), version).0;
        let row = |place: Place| Uuid::from_u128(place.4.into());
        let key = new_key(one);
        let sealed = key.seal(column(one), row(one), b"Ada");
        let other_key = if (one.0, one.1) == (other.0, other.1) { key } else { new_key(other) };
        prop_assert_eq!(other_key.open(column(other), row(other), &sealed).is_ok(), one == other);
    }
}

#[test]
fn a_ciphertext_moved_elsewhere_does_not_open() {
    let ring = KeyRing::for_testing();
    let (key, wrapped) = ring.new_data_key(OWNER, 1);
    let sealed = key.row("clients", ROW).seal("name", b"Ada");
    let refused = Err(OpenError::Refused);
    assert_eq!(key.row("clients", Uuid::from_u128(8)).open("name", &sealed), refused);
    assert_eq!(key.row("users", ROW).open("name", &sealed), refused);
    assert_eq!(key.row("clients", ROW).open("phone", &sealed), refused);
    let other_owner = ring.new_data_key(Uuid::from_u128(2), 1).0;
    assert_eq!(other_owner.row("clients", ROW).open("name", &sealed), refused);
    assert_eq!(key.row("clients", ROW).open("name", &sealed[..sealed.len() - 1]), refused);
    let same_key = ring.open_data_key(OWNER, &wrapped).unwrap();
    assert_eq!(same_key.row("clients", ROW).open("name", &sealed).unwrap().as_slice(), b"Ada");
}

#[test]
fn another_key_version_is_named() {
    let ring = KeyRing::for_testing();
    let sealed = ring.new_data_key(OWNER, 3).0.seal(NAME, ROW, b"Ada");
    assert_eq!(sealed_key_version(&sealed), Ok(3));
    let newer = ring.new_data_key(OWNER, 4).0;
    assert_eq!(newer.open(NAME, ROW, &sealed), Err(OpenError::OtherKeyVersion { version: 3 }));
}

#[test]
fn nonces_do_not_repeat() {
    let row = data_key().row("clients", ROW);
    let mut nonces = HashSet::new();
    for _ in 0..100_000 {
        assert!(nonces.insert(row.seal("name", b"")[6..18].to_vec()));
    }
}

#[test]
fn a_wrapped_key_belongs_to_its_owner_and_its_ring() {
    let ring = KeyRing::for_testing();
    let (key, mut wrapped) = ring.new_data_key(OWNER, 2);
    assert_eq!(ring.open_data_key(OWNER, &wrapped).unwrap().version(), 2);
    assert_eq!(ring.open_data_key(Uuid::from_u128(2), &wrapped).unwrap_err(), OpenError::Refused);
    let same_id = KeyRing::parse(&format!("testing:{}", "42".repeat(32))).unwrap();
    assert_eq!(same_id.open_data_key(OWNER, &wrapped).unwrap_err(), OpenError::Refused);
    let other_id = KeyRing::parse(&"42".repeat(32)).unwrap();
    assert_eq!(other_id.open_data_key(OWNER, &wrapped).unwrap_err(), OpenError::UnknownKey);
    let version_at = 3 + "testing".len() + 3;
    wrapped[version_at] ^= 1;
    assert_eq!(ring.open_data_key(OWNER, &wrapped).unwrap_err(), OpenError::Refused);
    assert_eq!(format!("{key:?}"), "DataKey { version: 2, .. }");
}

#[test]
fn a_rotated_ring_opens_old_keys_and_needs_none_of_them_any_more() {
    let (old_key, new_key) = ("11".repeat(32), "22".repeat(32));
    let old = KeyRing::parse(&format!("a:{old_key}")).unwrap();
    let both = KeyRing::parse(&format!("b:{new_key}, a:{old_key}")).unwrap();
    let (key, wrapped) = old.new_data_key(OWNER, 1);
    let sealed = key.seal(NAME, ROW, b"Ada");

    assert_eq!(old.rewrap(OWNER, &wrapped).unwrap(), None);
    let rewrapped = both.rewrap(OWNER, &wrapped).unwrap().unwrap();
    assert_eq!(both.rewrap(OWNER, &rewrapped).unwrap(), None);
    let new = KeyRing::parse(&format!("b:{new_key}")).unwrap();
    let reopened = new.open_data_key(OWNER, &rewrapped).unwrap();
    assert_eq!(reopened.open(NAME, ROW, &sealed).unwrap().as_slice(), b"Ada");

    assert_eq!((KeyRing::wrapping_id(&wrapped), KeyRing::wrapping_id(&rewrapped)), (Ok("a"), Ok("b")));

    assert_eq!(RootSecret::new(key).secret("tokens"), RootSecret::new(reopened).secret("tokens"));
}

#[test]
fn a_sealed_ring_brings_retired_keys_back_to_whoever_opens_it() {
    let (old_key, new_key) = ("11".repeat(32), "22".repeat(32));
    let old = KeyRing::parse(&format!("a:{old_key}")).unwrap();
    let new = KeyRing::parse(&format!("b:{new_key}")).unwrap();
    let (key, sealed) = (data_key(), old.seal(&data_key()));
    assert!(!hex::encode(&sealed).contains(&old_key));
    assert_eq!(new.joined_by(&key, &sealed).unwrap_err(), OpenError::Refused, "each data key is another");
    let sealed = old.seal(&key);
    let both = new.joined_by(&key, &sealed).unwrap();
    assert_eq!(both.ids().collect::<Vec<_>>(), ["b", "a"]);
    let (_, wrapped) = old.new_data_key(OWNER, 1);
    assert!(new.open_data_key(OWNER, &wrapped).is_err() && both.open_data_key(OWNER, &wrapped).is_ok());
    // What it has itself counts.
    let other = KeyRing::parse(&format!("a:{new_key}")).unwrap().joined_by(&key, &sealed).unwrap();
    assert_eq!(other.ids().collect::<Vec<_>>(), ["a"]);
    assert!(other.open_data_key(OWNER, &wrapped).is_err());
}

#[test]
fn what_was_derived_from_the_last_key_itself_stays_what_it_was() {
    let ring = KeyRing::parse(&format!("b:{}, a:{}", "22".repeat(32), "11".repeat(32))).unwrap();
    let (root, wrapped) = ring.last_as_data_key(OWNER);
    assert_eq!(KeyRing::wrapping_id(&wrapped), Ok("b"));
    let again = ring.open_data_key(OWNER, &wrapped).unwrap();
    assert_eq!(RootSecret::new(root.clone()).secret("x"), RootSecret::new(again).secret("x"));
    // HKDF-SHA-256 of 32 bytes 0x11 with the salt `secret` and the info `00000001 x`.
    let expected = Hkdf::<Sha256>::new(Some(b"secret"), &[0x11; 32]);
    let mut bytes = [0; 32];
    expected.expand(&[0, 0, 0, 1, b'x'], &mut bytes).unwrap();
    assert_eq!(*RootSecret::new(root).secret("x"), bytes);
}

#[test]
fn hashes_and_indexes_differ_by_purpose_owner_and_value() {
    let ring = KeyRing::for_testing();
    let key = data_key();
    let other = ring.new_data_key(Uuid::from_u128(2), 1).0;
    let hash = key.keyed_hash("input", &[b"x"]);
    assert_eq!(hash, key.clone().keyed_hash("input", &[b"x"]));
    assert_ne!(hash, key.keyed_hash("chain", &[b"x"]));
    assert_ne!(hash, other.keyed_hash("input", &[b"x"]));
    let (root, another) = (RootSecret::new(key), RootSecret::new(other));
    assert_ne!(root.blind_index("email", "a@x.org"), root.blind_index("phone", "a@x.org"));
    assert_ne!(root.blind_index("email", "a@x.org"), root.blind_index("email", "b@x.org"));
    assert_ne!(root.blind_index("email", "a@x.org"), another.blind_index("email", "a@x.org"));
}

#[test]
fn a_ring_is_read_in_every_spelling_and_never_repeated_in_errors() {
    use base64::{Engine, engine::general_purpose as b64};
    let key = [0xfb; 32];
    let spellings = [hex::encode(key), b64::STANDARD.encode(key), b64::URL_SAFE_NO_PAD.encode(key)];
    let (_, wrapped) = KeyRing::parse(&spellings[0]).unwrap().new_data_key(OWNER, 1);
    for text in &spellings {
        KeyRing::parse(&format!(" {text}\n")).unwrap().open_data_key(OWNER, &wrapped).unwrap();
    }
    let ring = KeyRing::parse(&format!("new:{0},old:{0}", spellings[1])).unwrap();
    assert_eq!(format!("{ring:?}"), r#"["new", "old"]"#);
    assert_eq!(KeyRing::parse(" ").unwrap_err(), ParseKeysError::Empty);
    let repeated = format!("a:{0},a:{0}", spellings[0]);
    assert_eq!(KeyRing::parse(&repeated).unwrap_err(), ParseKeysError::RepeatedId { position: 2 });
    let short = KeyRing::parse("a:c2VjcmV0").unwrap_err();
    assert_eq!(short, ParseKeysError::InvalidKey { position: 1 });
    assert!(!format!("{short} {short:?}").contains("c2VjcmV0"));
    assert_eq!(KeyRing::parse("a b:00").unwrap_err(), ParseKeysError::InvalidId { position: 1 });
}

#[test]
fn a_key_opens_what_the_versions_beside_it_have_sealed_and_seals_under_its_own() {
    let ring = KeyRing::for_testing();
    let [zero, one, two] = [0, 1, 2].map(|version| ring.new_data_key(OWNER, version).0);
    let sealed = one.seal(NAME, ROW, b"Ada");
    assert_eq!(two.open(NAME, ROW, &sealed), Err(OpenError::OtherKeyVersion { version: 1 }));
    let both = two.beside([one.clone(), zero]);
    assert_eq!(both.versions(), [0, 1, 2]);
    assert_eq!(both.open(NAME, ROW, &sealed).unwrap().as_slice(), b"Ada");
    let anew = both.seal(NAME, ROW, b"Ada");
    assert_eq!(sealed_key_version(&anew), Ok(2));
    assert!(one.open(NAME, ROW, &anew).is_err());
    // Another owner's version is none of its own.
    let stranger = ring.new_data_key(Uuid::from_u128(2), 1).0;
    assert_eq!(two.beside([stranger]).versions(), [2]);
}

#[test]
fn a_hash_is_the_same_after_a_rotation_and_when_the_first_version_is_gone() {
    let ring = KeyRing::for_testing();
    let (one, two) = (ring.new_data_key(OWNER, 1).0, ring.new_data_key(OWNER, 2).0);
    let hash = one.keyed_hash("subject", &[b"ada"]);
    let kept = ring.open_data_key(OWNER, &ring.wrap_as_version(&one, 0)).unwrap();
    for rotated in [two.beside([one.clone()]), two.beside([kept.clone(), one]), two.beside([kept])] {
        assert_eq!(rotated.keyed_hash("subject", &[b"ada"]), hash);
        assert_eq!(rotated.version(), 2);
    }
    assert_ne!(two.keyed_hash("subject", &[b"ada"]), hash);
}

proptest! {
    #[test]
    fn what_was_sealed_of_a_chart_opens_with_its_secret_and_nothing_else(text: Vec<u8>, flipped in 0..256_usize) {
        let key = data_key();
        let secret = crypto::random_bytes::<32>();
        let mut other = secret.clone();
        other[flipped / 8] ^= 1 << (flipped % 8);
        let chart = key.of_chart(secret.into());
        let sealed = chart.seal(NAME, ROW, &text);
        prop_assert!(sealed.starts_with(&chart.head()) && !sealed.starts_with(&key.head()));
        prop_assert_eq!(chart.open(NAME, ROW, &sealed).unwrap().to_vec(), text.clone());
        prop_assert_eq!(key.open(NAME, ROW, &sealed), Err(OpenError::Refused));
        prop_assert_eq!(key.of_chart(other.into()).open(NAME, ROW, &sealed), Err(OpenError::Refused));
        // What was sealed before the chart had a secret opens as it did, and says that it was.
        let before = key.seal(NAME, ROW, &text);
        prop_assert_eq!(chart.open(NAME, ROW, &before).unwrap().to_vec(), text);
        let mut relabelled = sealed;
        relabelled[0] = before[0];
        prop_assert_eq!(chart.open(NAME, ROW, &relabelled), Err(OpenError::Refused));
    }
}

#[test]
fn a_chart_is_sealed_anew_under_the_next_version_with_its_own_secret() {
    let ring = KeyRing::for_testing();
    let secret = std::sync::Arc::new(crypto::random_bytes::<32>());
    let (first, second) = (ring.new_data_key(OWNER, 1).0, ring.new_data_key(OWNER, 2).0);
    let sealed = first.of_chart(secret.clone()).seal(NAME, ROW, b"Ada");
    let both = second.beside([first]).of_chart(secret);
    assert_eq!(both.open(NAME, ROW, &sealed).unwrap().as_slice(), b"Ada");
    assert_eq!(sealed_key_version(&sealed), Ok(1));
    assert_eq!(sealed_key_version(&both.seal(NAME, ROW, b"Ada")), Ok(2));
}
