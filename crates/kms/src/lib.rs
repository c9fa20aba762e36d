//! Key-encryption keys that AWS KMS keeps wrapped: where the server is started, only what KMS alone opens is written down.
//!
//! A ring's entry `id:kms:…` holds the ciphertext that KMS gave out; it opens only for whoever KMS lets, only under this
//! id (the *encryption context*), and each time KMS writes into CloudTrail that it was opened. The open key lives in the
//! memory of the server. The shapes are those of the [KMS API reference](https://docs.aws.amazon.com/kms/latest/APIReference/).

use std::{fmt, time::Duration};

use object_store::{
    ClientOptions,
    aws::{AmazonS3Builder, AwsAuthorizer, AwsCredentialProvider},
    client::{HttpClient, HttpConnector as _, HttpRequest, ReqwestConnector},
};
use reqwest::{Method, header::HeaderValue};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

/// What an entry of a ring begins with whose key KMS has wrapped.
const MARK: &str = "kms:";
/// From the first byte of a question to the last of its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Asked so often where KMS is busy or does not answer, with growing pauses between.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(250);

/// Where KMS is.
#[derive(Debug, Clone)]
pub struct KmsSettings {
    /// Such as `eu-central-1`.
    pub region: String,
    /// Another address than `https://kms.REGION.amazonaws.com`, such as that of a VPC or of the FIPS endpoint.
    pub endpoint: Option<String>,
}

/// Why there is no key. Names no key and no address.
#[derive(Debug, thiserror::Error)]
pub enum KmsError {
    /// Nothing in the environment says who asks: no variables, no role of a task or machine.
    #[error("there are no credentials for AWS KMS")]
    Credentials(#[source] object_store::Error),
    /// It does not answer.
    #[error("AWS KMS does not answer")]
    NoAnswer,
    /// It refuses, with its own word for it, such as `AccessDeniedException` or `InvalidCiphertextException`.
    #[error("AWS KMS refuses: {code}")]
    Refused {
        /// Letters only.
        code: String,
    },
    /// What it answers has another form than it should.
    #[error("the answer of AWS KMS has another form")]
    Malformed,
}

/// AWS KMS.
pub struct Kms {
    client: HttpClient,
    address: String,
    region: String,
    credentials: AwsCredentialProvider,
}

impl fmt::Debug for Kms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Kms").field("region", &self.region).finish_non_exhaustive()
    }
}

/// Binds a ciphertext to the id of its key, and shows up in CloudTrail.
#[derive(Serialize)]
struct Context<'a> {
    #[serde(rename = "mindscribe:key-encryption-key")]
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypt<'a> {
    ciphertext_blob: &'a str,
    encryption_context: Context<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypted {
    plaintext: Zeroizing<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Generate<'a> {
    key_id: &'a str,
    key_spec: &'static str,
    encryption_context: Context<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Generated {
    ciphertext_blob: String,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(rename = "__type")]
    kind: String,
}

impl Kms {
    /// Prepares to ask. Contacts nothing yet. A process-wide rustls provider must have been installed.
    ///
    /// # Errors
    /// [`KmsError::Credentials`]
    pub fn open(settings: KmsSettings) -> Result<Self, KmsError> {
        let KmsSettings { region, endpoint } = settings;
        let address = endpoint.unwrap_or_else(|| format!("https://kms.{region}.amazonaws.com"));
        // The builder of a bucket knows all the ways in which AWS tells a program who it is; the bucket is not asked.
        let bucket = AmazonS3Builder::from_env().with_bucket_name("none").with_region(&region);
        let bucket = bucket.build().map_err(KmsError::Credentials)?;
        let options =
            ClientOptions::new().with_timeout(PATIENCE).with_allow_http(address.starts_with("http://"));
        let client = ReqwestConnector::default().connect(&options).map_err(KmsError::Credentials)?;
        Ok(Self { client, address, region, credentials: bucket.credentials().clone() })
    }

    /// A new key of 256 bits as the entry of a ring, `id:kms:…`. Nobody has seen it open, this program neither.
    /// `kms_key` is KMS' own key: an id, an ARN or `alias/…`.
    ///
    /// # Errors
    /// [`KmsError`]
    pub async fn new_entry(&self, kms_key: &str, id: &str) -> Result<String, KmsError> {
        let question = Generate { key_id: kms_key, key_spec: "AES_256", encryption_context: Context { id } };
        let made: Generated = self.ask("GenerateDataKeyWithoutPlaintext", &question).await?;
        Ok(format!("{id}:{MARK}{}", made.ciphertext_blob))
    }

    /// The text of a ring in which every `id:kms:…` is opened to `id:…`. What is not wrapped stays as it is.
    ///
    /// # Errors
    /// [`KmsError`]
    pub async fn open_ring(&self, ring: &str) -> Result<Zeroizing<String>, KmsError> {
        let mut open = Zeroizing::new(String::with_capacity(ring.len()));
        for entry in ring.split(',') {
            if !open.is_empty() {
                open.push(',');
            }
            match wrapped(entry) {
                None => open.push_str(entry),
                Some((id, ciphertext)) => {
                    let question =
                        Decrypt { ciphertext_blob: ciphertext, encryption_context: Context { id } };
                    let opened: Decrypted = self.ask("Decrypt", &question).await?;
                    open.push_str(id);
                    open.push(':');
                    open.push_str(&opened.plaintext);
                }
            }
        }
        Ok(open)
    }

    async fn ask<A: DeserializeOwned>(&self, what: &str, question: &impl Serialize) -> Result<A, KmsError> {
        let body = serde_json::to_string(question).map_err(|_no_json| KmsError::Malformed)?;
        let mut tried = 0;
        loop {
            match self.ask_once(what, &body).await {
                Err(error) if tried + 1 < TRIES && error.may_pass() => {
                    tokio::time::sleep(PAUSE * 2_u32.pow(tried)).await;
                    tried += 1;
                }
                Err(error) => return Err(error),
                Ok(answer) => {
                    return serde_json::from_slice(&answer).map_err(|_other_form| KmsError::Malformed);
                }
            }
        }
    }

    async fn ask_once(&self, what: &str, body: &str) -> Result<Zeroizing<Vec<u8>>, KmsError> {
        let credential = self.credentials.get_credential().await.map_err(KmsError::Credentials)?;
        let mut request = HttpRequest::new(body.to_owned().into());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = format!("{}/", self.address.trim_end_matches('/'))
            .parse()
            .map_err(|_no_address| KmsError::NoAnswer)?;
        let target = format!("TrentService.{what}").parse().map_err(|_no_header| KmsError::Malformed)?;
        request.headers_mut().insert("x-amz-target", target);
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/x-amz-json-1.1"));
        AwsAuthorizer::new(&credential, "kms", &self.region)
            .try_authorize(&mut request, None)
            .map_err(KmsError::Credentials)?;
        let answer = self.client.execute(request).await.map_err(|_no_answer| KmsError::NoAnswer)?;
        let status = answer.status();
        let body = answer.into_body().bytes().await.map_err(|_cut_off| KmsError::NoAnswer)?;
        if status.is_success() {
            return Ok(Zeroizing::new(body.to_vec()));
        }
        // `com.amazonaws.kms#AccessDeniedException`, or without what stands before.
        let fault: Fault = serde_json::from_slice(&body).map_err(|_other_form| KmsError::NoAnswer)?;
        let code = fault.kind.rsplit('#').next().unwrap_or_default();
        Err(KmsError::Refused { code: code.chars().filter(char::is_ascii_alphabetic).take(64).collect() })
    }
}

impl KmsError {
    /// Whether asking again may help.
    fn may_pass(&self) -> bool {
        const PASSING: [&str; 4] = [
            "ThrottlingException",
            "KMSInternalException",
            "DependencyTimeoutException",
            "LimitExceededException",
        ];
        match self {
            Self::NoAnswer => true,
            Self::Refused { code } => PASSING.contains(&code.as_str()),
            Self::Credentials(_) | Self::Malformed => false,
        }
    }
}

/// Whether some key of a ring's text is wrapped by KMS.
pub fn is_wrapped(ring: &str) -> bool {
    ring.split(',').any(|entry| wrapped(entry).is_some())
}

/// The id and the ciphertext of an entry.
fn wrapped(entry: &str) -> Option<(&str, &str)> {
    let (id, key) = entry.trim().split_once(':')?;
    Some((id.trim(), key.trim().strip_prefix(MARK)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_kms_has_wrapped_is_told_from_an_open_one() {
        assert!(is_wrapped("a:MDEy, b:kms:AQID"));
        assert!(!is_wrapped("a:MDEy,kms:AQID"), "an id may be called so");
        assert_eq!(wrapped(" b : kms:AQID "), Some(("b", "AQID")));
    }
}
