//! AES-256-GCM, as fields, streams and wrapped keys use it, against the vectors of Project Wycheproof.

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, aead::inout::InOutBuf};
use serde_json::Value;

/// Keys of 256, nonces of 96 and tags of 128 bits: what is in use.
const VECTORS: &str = include_str!("vectors/aes_256_gcm.json");

#[test]
fn every_right_vector_opens_and_seals_alike_and_every_wrong_one_is_refused() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("the vectors");
    let (mut right, mut wrong) = (0, 0);
    for vector in vectors["tests"].as_array().expect("a list") {
        let bytes = |name: &str| hex::decode(vector[name].as_str().expect("a text")).expect("hexadecimal");
        let cipher = Aes256Gcm::new_from_slice(&bytes("key")).expect("256 bits");
        let nonce: [u8; 12] = bytes("iv").try_into().expect("96 bits");
        let tag: [u8; 16] = bytes("tag").try_into().expect("128 bits");
        let (about, mut text) = (bytes("aad"), bytes("ct"));
        let buffer = InOutBuf::from(text.as_mut_slice());
        let opened = cipher.decrypt_inout_detached(&nonce.into(), &about, buffer, &tag.into());
        if vector["result"] == "invalid" {
            assert!(opened.is_err(), "{vector}");
            wrong += 1;
            continue;
        }
        assert!(opened.is_ok() && text == bytes("msg"), "{vector}");
        let buffer = InOutBuf::from(text.as_mut_slice());
        let sealed = cipher.encrypt_inout_detached(&nonce.into(), &about, buffer).expect("sealed");
        assert!(sealed[..] == tag && text == bytes("ct"), "{vector}");
        right += 1;
    }
    assert_eq!((right, wrong), (39, 27));
}
