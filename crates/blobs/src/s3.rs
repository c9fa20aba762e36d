//! Blobs in S3, or a store that speaks its protocol.

use std::{fmt, sync::Arc};

use crypto::Zeroizing;
use object_store::aws::{AmazonS3Builder, Checksum};

use crate::{BlobError, BlobStore};

/// The smallest part that S3 accepts, times 10,000 parts: blobs up to 52 GB.
const PART_LEN: usize = 5 << 20;
const WINDOW_LEN: usize = 4 << 20;

/// Where the bucket is and who asks.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// The bucket's name.
    pub bucket: String,
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// Another server than AWS's own, as `https://host:port`.
    pub endpoint: Option<String>,
    /// `None` takes what the environment offers: variables, the task's or the machine's role.
    pub credentials: Option<S3Credentials>,
    /// Whether an `http://` endpoint is accepted: on one machine or inside a sealed network.
    pub allow_http: bool,
    /// Whether the bucket has object lock, for which S3 wants a checksum with every object.
    pub locked: bool,
}

/// A fixed pair of keys.
#[derive(Clone)]
pub struct S3Credentials {
    /// The access key's id.
    pub access_key: String,
    /// Its secret.
    pub secret: Zeroizing<String>,
}

impl fmt::Debug for S3Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("S3Credentials")
    }
}

impl BlobStore {
    /// Keeps blobs in a bucket. Contacts nothing yet. A process-wide rustls provider must have
    /// been installed.
    pub fn s3(settings: S3Settings) -> Result<Self, BlobError> {
        let mut builder = match settings.credentials {
            None => AmazonS3Builder::from_env(),
            Some(S3Credentials { access_key, secret }) => {
                AmazonS3Builder::new().with_access_key_id(access_key).with_secret_access_key(secret.as_str())
            }
        };
        builder = builder
            .with_bucket_name(settings.bucket)
            .with_region(settings.region)
            .with_allow_http(settings.allow_http);
        if settings.locked {
            builder = builder.with_checksum_algorithm(Checksum::SHA256);
        }
        if let Some(endpoint) = settings.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Self {
            objects: Arc::new(builder.build()?),
            part_len: PART_LEN,
            window_len: WINDOW_LEN,
            folder: None,
        })
    }
}
