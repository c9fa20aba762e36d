//! An S3 bucket for one test.

use bytes::Bytes;
use clock::{Clock as _, SystemClock};
use futures_util::TryStreamExt as _;
use object_store::{ObjectStore as _, ObjectStoreExt as _, aws::AmazonS3Builder};

/// The variable that names an S3 server, as `http://key:secret@address`, which makes a bucket when
/// something is first put there.
const SERVER: &str = "MINDSCRIBE_TEST_S3";

/// A bucket of this test's own.
#[derive(Debug)]
pub struct OwnBucket {
    name: String,
    endpoint: String,
    access_key: String,
    secret: String,
}

impl OwnBucket {
    /// Names one; says so and returns nothing where there is no server.
    pub fn create() -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            println!("skipped: {SERVER} is not set");
            return None;
        };
        let (keys, address) =
            server.strip_prefix("http://").and_then(|it| it.split_once('@')).expect("http://keys@address");
        let (access_key, secret) = keys.split_once(':').expect("key:secret");
        Some(Self {
            name: format!("mindscribe-{}", SystemClock.new_id().simple()),
            endpoint: format!("http://{address}"),
            access_key: access_key.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The settings of a server that keeps its recordings in it.
    pub fn settings(&self) -> [(&str, &str); 4] {
        [
            ("AWS_S3_BUCKET", &self.name),
            ("AWS_ENDPOINT_URL", &self.endpoint),
            ("AWS_ACCESS_KEY_ID", &self.access_key),
            ("AWS_SECRET_ACCESS_KEY", &self.secret),
        ]
    }

    /// Everything in it but the anchors of the audit trail, as it is stored, with its name.
    pub async fn objects(&self) -> Vec<(String, Bytes)> {
        let store = AmazonS3Builder::new()
            .with_bucket_name(&self.name)
            .with_region("us-east-1")
            .with_endpoint(&self.endpoint)
            .with_access_key_id(&self.access_key)
            .with_secret_access_key(&self.secret)
            .with_allow_http(true)
            .build()
            .expect("a bucket");
        let found: Vec<_> = store.list(None).try_collect().await.expect("a list");
        let mut objects = Vec::new();
        for meta in found.into_iter().filter(|it| !it.location.as_ref().starts_with("anchors/")) {
            let object = store.get(&meta.location).await.expect("an object");
            objects.push((meta.location.to_string(), object.bytes().await.expect("its bytes")));
        }
        objects.sort();
        objects
    }
}
