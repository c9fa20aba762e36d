//! Key-encryption keys that AWS KMS has wrapped: made by it, opened by it at the start, and by nobody else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tests::{Asked, Binary, Site, Told};

use crate::SERVER;

const SECRET: &str = "a-secret-of-this-test";
const KMS_KEY: &str = "alias/mindscribe";

/// KMS as its API reference has it: ciphertexts open under the encryption context in which they were made.
struct Kms {
    site: Site,
    refuse: Arc<Mutex<Option<&'static str>>>,
}

impl Kms {
    async fn open() -> Self {
        let made = Mutex::new(HashMap::<String, (String, Value)>::new());
        let refuse: Arc<Mutex<Option<&'static str>>> = Arc::default();
        let refusing = refuse.clone();
        let site = Site::open(move |asked| {
            if let Some(code) = *refusing.lock().expect("a lock") {
                return fault(code);
            }
            if !is_signed(asked) {
                return fault("com.amazonaws.kms#InvalidSignatureException");
            }
            let question: Value = serde_json::from_str(&asked.body).expect("JSON");
            let mut made = made.lock().expect("a lock");
            match asked.header("x-amz-target") {
                "TrentService.GenerateDataKeyWithoutPlaintext" => {
                    assert_eq!((&question["KeyId"], &question["KeySpec"]), (&json!(KMS_KEY), &json!("AES_256")));
                    let key = STANDARD.encode([made.len() as u8 + 1; 32]);
                    let ciphertext = STANDARD.encode(format!("ciphertext {}", made.len()));
                    made.insert(ciphertext.clone(), (key, question["EncryptionContext"].clone()));
                    Site::json(200, &json!({ "CiphertextBlob": ciphertext, "KeyId": KMS_KEY }).to_string())
                }
                "TrentService.Decrypt" => {
                    let found = made.get(question["CiphertextBlob"].as_str().expect("a ciphertext"));
                    let found = found.filter(|(_, context)| *context == question["EncryptionContext"]);
                    let Some((key, _)) = found else { return fault("InvalidCiphertextException") };
                    let answer = json!({ "KeyId": KMS_KEY, "Plaintext": key, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT" });
                    Site::json(200, &answer.to_string())
                }
                _ => fault("UnknownOperationException"),
            }
        })
        .await;
        Self { site, refuse }
    }

    fn settings<'a>(&'a self, others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut settings = vec![
            ("AWS_KMS_ENDPOINT", self.site.address.as_str()),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIATEST"),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
        ];
        settings.extend(others);
        settings
    }

    /// A new entry of a ring, from the command.
    fn new_entry(&self, id: &str) -> String {
        let arguments = ["new-kms-key", "--kms-key", KMS_KEY, "--id", id];
        let (done, printed, said) = tests::run(SERVER, &arguments, &self.settings(&[]));
        assert!(done, "{said}");
        printed.trim().to_owned()
    }
}

fn fault(code: &str) -> Told {
    Site::json(400, &json!({ "__type": code, "message": "no" }).to_string())
}

/// Signature Version 4, computed once more from what arrived (AWS General Reference).
fn is_signed(asked: &Asked) -> bool {
    let given = asked.header("authorization");
    let part =
        |name: &str| given.split([' ', ',']).find_map(|word| word.strip_prefix(name)).unwrap_or_default();
    let (scope, signed, signature) = (part("Credential="), part("SignedHeaders="), part("Signature="));
    let Some(scope) = scope.strip_prefix("AKIATEST/") else { return false };
    let [day, region, service, "aws4_request"] = scope.split('/').collect::<Vec<_>>()[..] else {
        return false;
    };
    let header = |name: &str| [name, ":", asked.header(name), "\n"].concat();
    let headers: String = signed.split(';').map(header).collect();
    let hash = |text: &str| hex::encode(Sha256::digest(text));
    let canonical = format!("POST\n/\n\n{headers}\n{signed}\n{}", hash(&asked.body));
    let signing = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", asked.header("x-amz-date"), hash(&canonical));
    let mac = |key: &[u8], text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let key = mac(format!("AWS4{SECRET}").as_bytes(), day);
    let key = mac(&mac(&mac(&key, region), service), "aws4_request");
    (region, service) == ("eu-central-1", "kms")
        && signed.contains("x-amz-target")
        && hex::encode(mac(&key, &signing)) == signature
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_key_that_kms_has_wrapped_is_opened_by_it_at_the_start_and_stands_open_nowhere() {
    let kms = Kms::open().await;
    let (first, second) = (kms.new_entry("2026-11"), kms.new_entry("2026-12"));
    assert!(first.starts_with("2026-11:kms:") && first != second, "{first}");
    let settings = kms.settings(&[("ENCRYPTION_KEY", &first)]);
    let mut server = Binary::start(SERVER, &settings);
    let owner = server.therapist().await;
    owner.post("/clients", &json!({ "given_name": "Ada", "family_name": "Byrne" })).await.created();

    // Another key of KMS in front, and everything is wrapped by that one.
    let both = format!("{second},{first}");
    let owned = |ring: &str| crate::backups::owned(&kms.settings(&[("ENCRYPTION_KEY", ring)]));
    server.move_to(&owned(&both));
    let mut settings = owned(&both);
    settings.push(("DATA_DIR".to_owned(), server.data().display().to_string()));
    let rotated = crate::backups::command(&["rotate-keys", "--json"], &settings).expect("rotated");
    assert_eq!(rotated["not_needed"], json!(["2026-11"]), "{rotated}");
    server.move_to(&owned(&second));
    owner.sign_in().await.ok();
    assert_eq!(owner.get("/clients").await.ok()["items"][0]["given_name"], "Ada");
    assert_eq!(server.find_marks(&[tests::Mark::of(&STANDARD.encode([1; 32]))]), []);
    server.kill();

    // Whom KMS refuses has no keys, and is told so in one line.
    for (code, told) in [
        ("AccessDeniedException", "AccessDeniedException"),
        ("com.amazonaws.kms#DisabledException", "DisabledException"),
    ] {
        *kms.refuse.lock().expect("a lock") = Some(code);
        let refused = crate::backups::command(&["rotate-keys", "--json"], &settings).expect_err("refused");
        assert!(refused.contains(told) && refused.lines().count() == 1, "{refused}");
    }
    *kms.refuse.lock().expect("a lock") = None;
    // A ciphertext of one id is none of another.
    let moved = settings.iter().map(|(name, value)| match name.as_str() {
        "ENCRYPTION_KEY" => (name.clone(), second.replace("2026-12", "2027-01")),
        _ => (name.clone(), value.clone()),
    });
    let refused =
        crate::backups::command(&["rotate-keys", "--json"], &moved.collect::<Vec<_>>()).expect_err("refused");
    assert!(refused.contains("InvalidCiphertextException"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn kms_is_asked_again_while_it_is_busy_and_never_over_an_open_line() {
    let times = Mutex::new(0);
    let site = Site::open(move |_| {
        let mut times = times.lock().expect("a lock");
        *times += 1;
        if *times < 3 {
            return fault("ThrottlingException");
        }
        Site::json(200, &json!({ "CiphertextBlob": "AQID", "KeyId": KMS_KEY }).to_string())
    })
    .await;
    let settings =
        |address| [("AWS_KMS_ENDPOINT", address), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    let arguments = ["new-kms-key", "--kms-key", KMS_KEY, "--id", "new"];
    let (done, printed, said) = tests::run(SERVER, &arguments, &settings(&site.address));
    assert!(done && printed == "new:kms:AQID\n", "{printed}{said}");
    assert_eq!(site.requests().len(), 3);
    let (done, _, said) = tests::run(SERVER, &arguments, &settings("http://kms.example.org"));
    assert!(!done && said.contains("AWS_KMS_ENDPOINT must begin with https://"), "{said}");
}
