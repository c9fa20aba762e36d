//! Streams: every chunking round-trips, every change is refused.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use crypto::{
    DataKey, KeyRing, OpenError, SealError, StreamAddress, StreamLayout, StreamOpener, StreamSealer,
};
use proptest::prelude::*;
use uuid::Uuid;

const ADDRESS: StreamAddress = StreamAddress { object: Uuid::from_u128(5), part: 2 };
const HEADER: usize = StreamLayout::HEADER_LEN;

fn data_key() -> DataKey {
    KeyRing::for_testing().new_data_key(Uuid::from_u128(1), 1).0
}

fn seal(key: &DataKey, layout: StreamLayout, plain: &[u8]) -> Vec<u8> {
    let (mut sealer, header) = StreamSealer::new(key, ADDRESS, layout);
    let mut stored = header.to_vec();
    let mut chunks = plain.chunks(layout.chunk_len()).peekable();
    loop {
        let chunk = chunks.next().unwrap_or_default();
        let from = stored.len();
        stored.extend_from_slice(chunk);
        if chunks.peek().is_none() {
            sealer.seal_last(&mut stored, from).unwrap();
            return stored;
        }
        sealer.seal_chunk(&mut stored, from).unwrap();
    }
}

fn open(key: &DataKey, address: StreamAddress, stored: &[u8]) -> Result<Vec<u8>, OpenError> {
    let header = stored.get(..HEADER).unwrap_or(stored);
    let opener = StreamOpener::new(key, address, header, stored.len() as u64)?;
    let mut plain = Vec::new();
    for number in 0..opener.chunk_count() as u32 {
        let range = opener.stored_range(&(number..number + 1));
        let mut chunk = stored[range.start as usize..range.end as usize].to_vec();
        let len = opener.open_chunk(number, &mut chunk)?;
        plain.extend_from_slice(&chunk[..len]);
    }
    assert_eq!(plain.len() as u64, opener.plain_len());
    Ok(plain)
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 31 + index / 251) as u8).collect()
}

/// Lengths around the edges of chunks.
fn length() -> impl Strategy<Value = usize> {
    (0..4_usize, -2..3_isize).prop_map(|(chunks, off)| (chunks * 65536).saturating_add_signed(off))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_length_round_trips_in_any_layout(len in length(), log2 in 16..=20_u8) {
        let (key, plain) = (data_key(), pattern(len));
        let layout = StreamLayout::new(log2).unwrap();
        let stored = seal(&key, layout, &plain);
        prop_assert_eq!(stored.len() as u64, layout.stored_len(len as u64));
        prop_assert_eq!(open(&key, ADDRESS, &stored).unwrap(), plain);
    }

    #[test]
    fn any_flipped_bit_is_refused(len in length(), at: prop::sample::Index, bit in 0..8_u8) {
        let key = data_key();
        let mut stored = seal(&key, StreamLayout::DEFAULT, &pattern(len));
        let at = at.index(stored.len());
        stored[at] ^= 1 << bit;
        prop_assert!(open(&key, ADDRESS, &stored).is_err());
    }

    #[test]
    fn any_truncation_is_refused(len in length(), at: prop::sample::Index) {
        let key = data_key();
        let stored = seal(&key, StreamLayout::DEFAULT, &pattern(len));
        prop_assert!(open(&key, ADDRESS, &stored[..at.index(stored.len())]).is_err());
    }

    #[test]
    fn arbitrary_bytes_are_refused(mut bytes: Vec<u8>) {
        prop_assert!(open(&data_key(), ADDRESS, &bytes).is_err());
        bytes.resize(HEADER + 40, 1);
        bytes[..7].copy_from_slice(&[1, 1, 16, 0, 0, 0, 1]);
        prop_assert_eq!(open(&data_key(), ADDRESS, &bytes), Err(OpenError::Refused));
    }
}

#[test]
fn chunks_dropped_doubled_swapped_or_spliced_are_refused() {
    let key = data_key();
    let sealed = StreamLayout::DEFAULT.sealed_chunk_len();
    let stored = seal(&key, StreamLayout::DEFAULT, &vec![9; 4 * 65536]);
    let other = seal(&key, StreamLayout::DEFAULT, &vec![9; 4 * 65536]);
    let (header, body) = stored.split_at(HEADER);
    let chunks: Vec<&[u8]> = body.chunks(sealed).collect();
    let foreign: Vec<&[u8]> = other[HEADER..].chunks(sealed).collect();
    let build = |order: &[&[u8]]| [header, &order.concat()].concat();
    assert!(open(&key, ADDRESS, &build(&chunks)).is_ok());
    let refused: [&[&[u8]]; 8] = [
        &[chunks[1], chunks[2], chunks[3]],
        &[chunks[0], chunks[2], chunks[3]],
        &[chunks[0], chunks[1], chunks[2]],
        &[chunks[0], chunks[0], chunks[1], chunks[2], chunks[3]],
        &[chunks[0], chunks[1], chunks[2], chunks[3], chunks[3]],
        &[chunks[1], chunks[0], chunks[2], chunks[3]],
        &[chunks[0], chunks[1], chunks[3], chunks[2]],
        &[chunks[0], foreign[1], chunks[2], chunks[3]],
    ];
    for order in refused {
        assert_eq!(open(&key, ADDRESS, &build(order)), Err(OpenError::Refused));
    }
}

#[test]
fn a_stream_opens_only_at_its_address_under_its_key() {
    let ring = KeyRing::for_testing();
    let (key, wrapped) = ring.new_data_key(Uuid::from_u128(1), 1);
    let stored = seal(&key, StreamLayout::DEFAULT, b"a session");
    let other_part = StreamAddress { part: 3, ..ADDRESS };
    let other_object = StreamAddress { object: Uuid::from_u128(6), ..ADDRESS };
    assert_eq!(open(&key, other_part, &stored), Err(OpenError::Refused));
    assert_eq!(open(&key, other_object, &stored), Err(OpenError::Refused));
    assert_eq!(open(&data_key(), ADDRESS, &stored), Err(OpenError::Refused));
    let newer = ring.new_data_key(Uuid::from_u128(1), 2).0;
    assert_eq!(open(&newer, ADDRESS, &stored), Err(OpenError::OtherKeyVersion { version: 1 }));
    let reopened = ring.open_data_key(Uuid::from_u128(1), &wrapped).unwrap();
    assert_eq!(open(&reopened, ADDRESS, &stored).unwrap(), b"a session");
}

#[test]
fn a_refused_chunk_is_left_encrypted() {
    let key = data_key();
    let stored = seal(&key, StreamLayout::DEFAULT, &[b'm'; 100]);
    let opener = StreamOpener::new(&key, ADDRESS, &stored[..HEADER], stored.len() as u64).unwrap();
    let mut chunk = stored[HEADER..].to_vec();
    chunk[0] ^= 1;
    let before = chunk.clone();
    assert_eq!(opener.open_chunk(0, &mut chunk), Err(OpenError::Refused));
    assert_eq!(chunk, before);
    assert_eq!(opener.open_chunk(u32::MAX, &mut chunk), Err(OpenError::Refused));
    assert_eq!(opener.open_chunk(0, &mut []), Err(OpenError::Refused));
}

#[test]
fn chunks_of_the_wrong_length_are_not_sealed() {
    let (mut sealer, _) = StreamSealer::new(&data_key(), ADDRESS, StreamLayout::DEFAULT);
    let short = SealError::WrongLength { len: 5 };
    assert_eq!(sealer.seal_chunk(&mut vec![0; 7], 2), Err(short));
    sealer.seal_chunk(&mut vec![0; 65536], 0).unwrap();
    assert_eq!(sealer.seal_last(&mut Vec::new(), 0), Err(SealError::WrongLength { len: 0 }));
}

#[test]
fn a_stream_of_a_chart_opens_with_its_secret_and_nothing_else() {
    let key = data_key();
    let secret = std::sync::Arc::new(crypto::random_bytes::<32>());
    let chart = key.of_chart(secret);
    let stored = seal(&chart, StreamLayout::DEFAULT, &pattern(70_000));
    assert_eq!(open(&chart, ADDRESS, &stored).unwrap(), pattern(70_000));
    assert_eq!(open(&key, ADDRESS, &stored), Err(OpenError::Refused));
    let other = key.of_chart(crypto::random_bytes::<32>().into());
    assert_eq!(open(&other, ADDRESS, &stored), Err(OpenError::Refused));
    let before = seal(&key, StreamLayout::DEFAULT, &pattern(9));
    assert_eq!(open(&chart, ADDRESS, &before).unwrap(), pattern(9));
}
