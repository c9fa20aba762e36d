//! Where things are kept: database, keys, recordings, models.

use std::path::{Path, PathBuf};

use access::DatabaseTarget;
use blobs::{S3Credentials, S3Settings};
use kms::KmsSettings;

use super::{Environment, Secret};

/// Where things are kept.
#[derive(Debug, Clone)]
pub struct DataConfig {
    /// The folder of everything embedded.
    pub data_dir: PathBuf,
    /// The database.
    pub database: DatabaseTarget,
    /// The key-encryption keys.
    pub keys: KeySource,
    /// Where those are opened that AWS KMS has wrapped.
    pub kms: KmsSettings,
    /// The encrypted recordings.
    pub storage: StorageConfig,
    /// Where the audit trail's anchors are.
    pub anchors: AnchorConfig,
    /// The local models.
    pub models_dir: PathBuf,
    /// Which speech model: `base` or `tiny.en`.
    pub speech_model: String,
}

/// Where the key-encryption keys come from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// Given in the environment.
    Given(Secret),
    /// In a file that is made on first start.
    File(PathBuf),
}

/// Where the audit trail's anchors are: best where whoever can write the database cannot.
#[derive(Debug, Clone)]
pub enum AnchorConfig {
    /// In a folder.
    Folder(PathBuf),
    /// Where the recordings are.
    WithRecordings,
    /// In a bucket of their own, on the same server as that of the recordings.
    Bucket(String),
}

/// Where the encrypted recordings are.
#[derive(Clone)]
pub enum StorageConfig {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket.
    S3(S3Settings),
}

impl std::fmt::Debug for StorageConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Folder(_) => "Folder",
            Self::S3(_) => "S3",
        })
    }
}

impl DataConfig {
    /// The weights of the speech model.
    pub fn speech_model_file(&self) -> PathBuf {
        self.models_dir.join(format!("whisper-{}-q8_0.bin", self.speech_model))
    }

    /// The weights of the voice vectors.
    pub fn voice_model_file(&self) -> PathBuf {
        self.models_dir.join("voice-vectors-ge2e.safetensors")
    }

    pub(super) fn read(environment: &mut Environment<'_>, production: bool) -> Self {
        let data_dir = PathBuf::from(environment.find("DATA_DIR").unwrap_or_else(|| "data".to_owned()));
        let keys = match environment.secret("ENCRYPTION_KEY") {
            Some(given) => KeySource::Given(given),
            None => KeySource::File(data_dir.join("keys").join("encryption.key")),
        };
        if production && matches!(keys, KeySource::File(_)) {
            environment.refuse("ENCRYPTION_KEY must be set in production".to_owned());
        }
        let database = database(environment, &data_dir);
        if production && matches!(database, DatabaseTarget::Sqlite(_)) {
            environment.refuse("DATABASE_URL must be set in production".to_owned());
        }
        Self {
            database,
            keys,
            kms: kms(environment),
            storage: storage(environment, &data_dir),
            anchors: anchors(environment, &data_dir),
            models_dir: PathBuf::from(environment.find("MODELS_DIR").unwrap_or_else(|| "models".to_owned())),
            speech_model: environment.word("SPEECH_MODEL", &["base", "tiny.en"], "base"),
            data_dir,
        }
    }
}

fn database(environment: &mut Environment<'_>, data_dir: &Path) -> DatabaseTarget {
    let pool = environment.parse("DATABASE_POOL", 32);
    let from_parts = |environment: &Environment<'_>| {
        let host = environment.find("PGHOST")?;
        let port = environment.find("PGPORT").unwrap_or_else(|| "5432".to_owned());
        let user = environment.find("PGUSER").unwrap_or_else(|| "mindscribe".to_owned());
        let name = environment.find("PGDATABASE").unwrap_or_else(|| user.clone());
        let password = environment.find("PGPASSWORD").map(|password| format!(":{}", escape(&password)));
        Some(format!("postgres://{}{}@{host}:{port}/{name}", escape(&user), password.unwrap_or_default()))
    };
    match environment.find("DATABASE_URL").or_else(|| from_parts(environment)) {
        None => DatabaseTarget::Sqlite(data_dir.join("mindscribe.sqlite")),
        Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            DatabaseTarget::Postgres { url, pool }
        }
        Some(_) => {
            environment.refuse("DATABASE_URL must begin with postgres://".to_owned());
            DatabaseTarget::Sqlite(data_dir.join("mindscribe.sqlite"))
        }
    }
}

/// Percent-encodes what may not stand in the user part of an address (RFC 3986 §3.2.1).
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

fn storage(environment: &mut Environment<'_>, data_dir: &Path) -> StorageConfig {
    if let Some(name) = environment.find("AWS_S3_BUCKET") {
        return StorageConfig::S3(bucket(environment, name));
    }
    StorageConfig::Folder(
        environment.find("UPLOAD_DIR").map_or_else(|| data_dir.join("blobs"), PathBuf::from),
    )
}

/// A bucket of this name, where and as whom the `AWS_…` settings say.
pub(super) fn bucket(environment: &mut Environment<'_>, bucket: String) -> S3Settings {
    let credentials = match (environment.find("AWS_ACCESS_KEY_ID"), environment.find("AWS_SECRET_ACCESS_KEY"))
    {
        (Some(access_key), Some(secret)) => Some(S3Credentials { access_key, secret: secret.into() }),
        (None, None) => None,
        _ => {
            environment.refuse("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together".to_owned());
            None
        }
    };
    let endpoint = environment.find("AWS_ENDPOINT_URL");
    let allow_http = endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    let region = region(environment);
    S3Settings { bucket, region, endpoint, credentials, allow_http, locked: false }
}

fn region(environment: &Environment<'_>) -> String {
    environment.find("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned())
}

fn kms(environment: &mut Environment<'_>) -> KmsSettings {
    let endpoint = environment.find("AWS_KMS_ENDPOINT");
    // Keys come back open over this connection.
    let safe = |address: &str| address.starts_with("https://") || address.starts_with("http://127.0.0.1:");
    if endpoint.as_deref().is_some_and(|address| !safe(address)) {
        environment.refuse("AWS_KMS_ENDPOINT must begin with https://".to_owned());
    }
    KmsSettings { region: region(environment), endpoint }
}

fn anchors(environment: &mut Environment<'_>, data_dir: &Path) -> AnchorConfig {
    let with_recordings = environment.find("AWS_S3_BUCKET").is_some();
    match (environment.find("AUDIT_ANCHOR_DIR"), environment.find("AUDIT_ANCHOR_BUCKET")) {
        (Some(folder), None) => AnchorConfig::Folder(PathBuf::from(folder)),
        (None, None) if with_recordings => AnchorConfig::WithRecordings,
        (None, None) => AnchorConfig::Folder(data_dir.to_owned()),
        (None, Some(bucket)) if with_recordings => AnchorConfig::Bucket(bucket),
        (_, Some(_)) => {
            environment.refuse(
                "AUDIT_ANCHOR_BUCKET goes with AWS_S3_BUCKET, and without AUDIT_ANCHOR_DIR".to_owned(),
            );
            AnchorConfig::WithRecordings
        }
    }
}
