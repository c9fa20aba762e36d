//! Reading variables, collecting what is wrong, and describing what there is.

use std::{fmt::Write as _, str::FromStr};

/// A value that does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// Shows it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// One variable, for `docs/env.md`.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it does, with its default.
    pub meaning: &'static str,
}

/// Every variable that is read.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "APP_ENV",
        meaning: "`development` (default) or `production`, which refuses missing or weak secrets",
    },
    Setting { name: "PORT", meaning: "port to listen on; 3001" },
    Setting { name: "LISTEN", meaning: "address to listen on; 127.0.0.1, in production 0.0.0.0" },
    Setting { name: "BASE_URL", meaning: "where browsers reach the app; `http://localhost:PORT`" },
    Setting {
        name: "WEB_DIR",
        meaning: "folder of the built app, when the API serves it itself; not set: it does not",
    },
    Setting { name: "COOKIE_SECURE", meaning: "`true` when BASE_URL is https" },
    Setting { name: "REGISTRATION", meaning: "`open` (default) or `invite`: no new practices" },
    Setting {
        name: "TRUSTED_PROXIES",
        meaning: "networks whose `X-Forwarded-For` is believed, e.g. `10.0.0.0/8, ::1`; 127.0.0.0/8, ::1",
    },
    Setting {
        name: "OPERATOR_TOKEN",
        meaning: "opens `/metrics` and `/health/detailed` from elsewhere than loopback; none",
    },
    Setting {
        name: "OUTBOUND_ALLOWED_HOSTS",
        meaning: "hosts inside, with their ports, at which identity providers may be: `sso.practice.internal:8443, …`; none",
    },
    Setting {
        name: "SSO_BY_DOMAIN",
        meaning: "whether an e-mail's domain leads to the provider of the practice that named it; `true` unless strangers may register practices beside it",
    },
    Setting { name: "WORKOS_CLIENT_ID", meaning: "what WorkOS calls this server; none: no WorkOS" },
    Setting { name: "WORKOS_API_KEY", meaning: "the account's key with WorkOS" },
    Setting {
        name: "WORKOS_WEBHOOK_SECRET",
        meaning: "what WorkOS signs its messages with; none: none is taken",
    },
    Setting {
        name: "WORKOS_COOKIE_PASSWORD",
        meaning: "32 characters or more that go into what ties a sign-in at a provider to its browser; none",
    },
    Setting { name: "WORKOS_URL", meaning: "where WorkOS is; `https://api.workos.com`" },
    Setting { name: "DATA_DIR", meaning: "folder of the embedded database, blobs and keys; `./data`" },
    Setting { name: "DATABASE_URL", meaning: "`postgres://…`; not set: SQLite in DATA_DIR" },
    Setting {
        name: "PGHOST",
        meaning: "with PGPORT, PGUSER, PGPASSWORD, PGDATABASE: in place of DATABASE_URL",
    },
    Setting { name: "DATABASE_POOL", meaning: "most PostgreSQL connections of a process; 32" },
    Setting {
        name: "ENCRYPTION_KEY",
        meaning: "key-encryption keys, `id:base64,…` or `id:kms:…`, the first is current; not set: `keys/` in DATA_DIR",
    },
    Setting {
        name: "AWS_KMS_ENDPOINT",
        meaning: "where AWS KMS is, for keys that it has wrapped; `https://kms.REGION.amazonaws.com`",
    },
    Setting { name: "UPLOAD_DIR", meaning: "folder of the encrypted recordings; `blobs` in DATA_DIR" },
    Setting { name: "AWS_S3_BUCKET", meaning: "bucket of the encrypted recordings, in place of UPLOAD_DIR" },
    Setting {
        name: "AUDIT_ANCHOR_BUCKET",
        meaning: "bucket of the audit trail's anchors, with object lock; not set: that of the recordings",
    },
    Setting {
        name: "AUDIT_ANCHOR_DIR",
        meaning: "folder of the audit trail's anchors, best on another machine; not set: the bucket, or DATA_DIR",
    },
    Setting { name: "AWS_REGION", meaning: "region of the bucket and of KMS; us-east-1" },
    Setting { name: "AWS_ENDPOINT_URL", meaning: "address of an S3-compatible store" },
    Setting { name: "AWS_ACCESS_KEY_ID", meaning: "with AWS_SECRET_ACCESS_KEY: who asks the bucket" },
    Setting {
        name: "BACKUP_DIR",
        meaning: "folder of the backups, best on another disk; not set: none are made by themselves",
    },
    Setting {
        name: "BACKUP_S3_BUCKET",
        meaning: "bucket of the backups, in place of BACKUP_DIR, at AWS_ENDPOINT_URL as AWS_ACCESS_KEY_ID",
    },
    Setting { name: "BACKUP_HOURS", meaning: "hours between two backups; 1" },
    Setting {
        name: "BACKUP_LOG_KEY",
        meaning: "where PostgreSQL runs: keys of the archive of its log, as ENCRYPTION_KEY but others; not set: none is archived",
    },
    Setting {
        name: "BACKUP_LOG_DAYS",
        meaning: "days that the log archive reaches back, and for which what was deleted can be found in it; 7",
    },
    Setting { name: "MODELS_DIR", meaning: "folder of the local models; `./models`" },
    Setting { name: "SPEECH_MODEL", meaning: "`base` (default) or `tiny.en`" },
    Setting {
        name: "SPEECH_SERVICE_URL",
        meaning: "base address of a service for speech to text that speaks OpenAI's `/v1/audio/transcriptions`, e.g. `https://gpu.practice.example/v1`; none. A practice uses it once it has chosen it",
    },
    Setting { name: "SPEECH_SERVICE_MODEL", meaning: "the model, as that service calls it" },
    Setting { name: "SPEECH_SERVICE_KEY", meaning: "its key for this server; none" },
    Setting {
        name: "SPEECH_SERVICE_RUN_BY",
        meaning: "who runs it, as people call them; the host of its address",
    },
    Setting {
        name: "SPEECH_SERVICE_PRICE_SOUND_HOUR",
        meaning: "what it costs, in US dollars an hour of sound, e.g. `0.36`; not set: unknown. The ledger of AI calls adds it up",
    },
    Setting {
        name: "ASSEMBLYAI_API_KEY",
        meaning: "speech to text with voices by AssemblyAI, which gets whole recordings and removes them again; none. A practice uses it once it has chosen it",
    },
    Setting {
        name: "ASSEMBLYAI_URL",
        meaning: "`https://api.assemblyai.com`; for the EU `https://api.eu.assemblyai.com`",
    },
    Setting {
        name: "ASSEMBLYAI_MODELS",
        meaning: "its models, the one to use first; `universal-3-5-pro,universal-2`",
    },
    Setting {
        name: "ASSEMBLYAI_PRICE_SOUND_HOUR",
        meaning: "what it costs, in US dollars an hour of sound; not set: unknown",
    },
    Setting {
        name: "LANGUAGE_SERVICE_URL",
        meaning: "base address of a service for drafting that speaks OpenAI's `/v1/chat/completions`, e.g. `https://gpu.practice.example/v1`; none. A practice uses it once it has chosen it",
    },
    Setting { name: "LANGUAGE_SERVICE_MODEL", meaning: "the model, as that service calls it" },
    Setting { name: "LANGUAGE_SERVICE_KEY", meaning: "its key for this server; none" },
    Setting {
        name: "LANGUAGE_SERVICE_RUN_BY",
        meaning: "who runs it, as people call them; the host of its address",
    },
    Setting {
        name: "LANGUAGE_SERVICE_PRICE_MILLION_INPUT_TOKENS",
        meaning: "what a million tokens that it reads cost, in US dollars; not set: unknown",
    },
    Setting {
        name: "LANGUAGE_SERVICE_PRICE_MILLION_OUTPUT_TOKENS",
        meaning: "what a million tokens that it writes cost, in US dollars; not set: unknown",
    },
    Setting {
        name: "DEEPSEEK_API_KEY",
        meaning: "drafting by DeepSeek, in place of LANGUAGE_SERVICE_URL; none. DeepSeek itself signs no BAA that we know of: its weights can be run elsewhere",
    },
    Setting { name: "DEEPSEEK_MODEL", meaning: "the model; `deepseek-flash`" },
    Setting {
        name: "DEEPSEEK_PRICE_MILLION_INPUT_TOKENS",
        meaning: "as LANGUAGE_SERVICE_PRICE_MILLION_INPUT_TOKENS",
    },
    Setting {
        name: "DEEPSEEK_PRICE_MILLION_OUTPUT_TOKENS",
        meaning: "as LANGUAGE_SERVICE_PRICE_MILLION_OUTPUT_TOKENS",
    },
    Setting { name: "DEEPSEEK_URL", meaning: "where DeepSeek is; `https://api.deepseek.com`" },
    Setting {
        name: "JWT_SECRET",
        meaning: "makes the key of the access tokens, 32 characters or more; not set: derived from the root secret",
    },
    Setting { name: "JWT_EXPIRY", meaning: "seconds an access token lasts; 3600" },
    Setting {
        name: "SMTP_URL",
        meaning: "`smtps://user:password@host`, or `smtp://…:587` with STARTTLS: how mail leaves; not set: the console",
    },
    Setting { name: "SENDGRID_API_KEY", meaning: "sends mail through SendGrid, in place of SMTP_URL" },
    Setting {
        name: "SENDGRID_URL",
        meaning: "`https://api.sendgrid.com`; for the EU `https://api.eu.sendgrid.com`",
    },
    Setting {
        name: "FROM_EMAIL",
        meaning: "whom mail comes from, e.g. `Practice <no-reply@practice.example>`",
    },
    Setting { name: "MAX_FILE_SIZE", meaning: "bytes of a recording; 524288000" },
    Setting { name: "MAX_DURATION_MINUTES", meaning: "length of a recording; 240" },
    Setting {
        name: "REDIS_URL",
        meaning: "`redis://…` or `rediss://…`: counts and ended sign-ins are shared between processes; not set: each process by itself",
    },
    Setting {
        name: "UPSTASH_REDIS_URL",
        meaning: "with UPSTASH_REDIS_TOKEN: in place of REDIS_URL, as Upstash names them",
    },
    Setting { name: "UPSTASH_REDIS_TOKEN", meaning: "the token of UPSTASH_REDIS_URL" },
    Setting {
        name: "RATE_LIMIT_MAX_REQUESTS",
        meaning: "requests of a person in a window, and at once; five times as many of an address, twenty times of a practice, a twentieth to sign in (of an address) and for whole recordings; 600",
    },
    Setting { name: "RATE_LIMIT_WINDOW_MS", meaning: "milliseconds of that window; 60000" },
    Setting { name: "LOG_LEVEL", meaning: "`error`, `warn`, `info` (default), `debug`, `trace`" },
    Setting { name: "WORKERS", meaning: "jobs done at once by a worker; 1" },
];

/// The variables, and what was found wrong with them.
pub struct Environment<'a> {
    variables: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<String>,
}

impl<'a> Environment<'a> {
    pub(super) fn new(variables: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { variables, problems: Vec::new() }
    }

    /// A variable that may be missing; empty counts as missing.
    pub(super) fn find(&self, name: &str) -> Option<String> {
        debug_assert!(
            SETTINGS.iter().any(|setting| setting.name == name)
                || name.starts_with("PG")
                || name.starts_with("AWS"),
            "{name} is not described"
        );
        (self.variables)(name).filter(|value| !value.trim().is_empty())
    }

    /// A secret that may be missing.
    pub(super) fn secret(&self, name: &str) -> Option<Secret> {
        self.find(name).map(Secret::new)
    }

    /// A value with a default.
    pub(super) fn parse<T: FromStr>(&mut self, name: &str, default: T) -> T {
        match self.find(name).map(|value| value.trim().parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.refuse(format!("{name} cannot be read"));
                default
            }
        }
    }

    /// One of a few words.
    pub(super) fn word(&mut self, name: &str, words: &[&str], default: &str) -> String {
        match self.find(name) {
            None => default.to_owned(),
            Some(value) if words.contains(&value.as_str()) => value,
            Some(_) => {
                self.refuse(format!("{name} must be one of {}", words.join(", ")));
                default.to_owned()
            }
        }
    }

    /// Notes something that is wrong.
    pub(super) fn refuse(&mut self, problem: String) {
        self.problems.push(problem);
    }

    pub(super) fn finish<T>(self, config: T) -> Result<T, Vec<String>> {
        if self.problems.is_empty() { Ok(config) } else { Err(self.problems) }
    }
}

/// The table of settings, in Markdown: `docs/env.md` is made of it.
pub fn describe() -> String {
    let mut text = "# Settings\n\nMade by `mindscribe-api export-env`. With none of them set, the server runs on its embedded defaults.\n\n| variable | meaning; default |\n|---|---|\n".to_owned();
    for setting in SETTINGS {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "| `{}` | {} |", setting.name, setting.meaning);
    }
    text
}
