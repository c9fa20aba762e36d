//! The settings: read once from the environment, checked together, so that everything that is wrong
//! is said at once. With nothing set, the server runs on its embedded defaults.

mod auth;
mod backups;
mod cache;
mod data;
mod environment;
mod limits;
mod mail;
mod network;
mod server;
mod services;
mod sso;

pub use auth::AuthConfig;
pub use backups::BackupConfig;
pub use cache::CacheConfig;
pub use data::{AnchorConfig, DataConfig, KeySource, StorageConfig};
pub use environment::{Environment, Secret, Setting, describe};
pub use limits::LimitsConfig;
pub use mail::MailConfig;
pub use network::Network;
pub use server::ServerConfig;
pub use services::{AssemblyAiConfig, ServiceConfig, ServicesConfig};
pub use sso::{SsoConfig, WorkOsConfig};

/// All settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Addresses, cookies, the app's files.
    pub server: ServerConfig,
    /// Database, keys, blobs, models.
    pub data: DataConfig,
    /// Where backups are kept.
    pub backups: BackupConfig,
    /// Tokens.
    pub auth: AuthConfig,
    /// How mail leaves.
    pub mail: MailConfig,
    /// What processes share for a moment.
    pub cache: CacheConfig,
    /// Whoever vouches for people.
    pub sso: SsoConfig,
    /// AI services elsewhere.
    pub services: ServicesConfig,
    /// How much of everything.
    pub limits: LimitsConfig,
    /// Log level: `error` … `trace`.
    pub log_level: String,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// Everything that is wrong, a line each, naming variables and never their values.
    pub fn from_env(variables: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut environment = Environment::new(variables);
        let production =
            environment.word("APP_ENV", &["development", "production"], "development") == "production";
        let server = ServerConfig::read(&mut environment, production);
        let data = DataConfig::read(&mut environment, production);
        let keeps_one_practice = matches!(data.database, access::DatabaseTarget::Sqlite(_));
        let config = Self {
            sso: SsoConfig::read(&mut environment, keeps_one_practice || !server.registration_open),
            backups: BackupConfig::read(&mut environment, &data.storage),
            server,
            data,
            auth: AuthConfig::read(&mut environment, production),
            mail: MailConfig::read(&mut environment, production),
            cache: CacheConfig::read(&mut environment),
            services: ServicesConfig::read(&mut environment),
            limits: LimitsConfig::read(&mut environment),
            log_level: environment.word("LOG_LEVEL", &["error", "warn", "info", "debug", "trace"], "info"),
        };
        environment.finish(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_env(&move |name| {
            pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        })
    }

    #[test]
    fn with_nothing_set_the_embedded_defaults_hold() {
        let config = read(&[]).expect("the defaults are valid");
        assert_eq!(config.server.port, 3001);
        assert!(!config.server.cookie_secure);
        assert!(matches!(config.data.database, access::DatabaseTarget::Sqlite(_)));
    }

    #[test]
    fn production_without_its_secrets_refuses_to_start_and_names_them_all() {
        let problems = read(&[("APP_ENV", "production"), ("PORT", "many")]).expect_err("refused");
        let all = problems.join("\n");
        for name in ["PORT", "ENCRYPTION_KEY", "JWT_SECRET", "BASE_URL", "DATABASE_URL", "SMTP_URL"] {
            assert!(all.contains(name), "{name} is missing from: {all}");
        }
    }

    #[test]
    fn mail_needs_a_sender_and_leaves_in_one_way() {
        let from = ("FROM_EMAIL", "Harbour <no-reply@harbour.example>");
        let (smtp, sendgrid) = (("SMTP_URL", "smtps://u:p@mail.example"), ("SENDGRID_API_KEY", "SG.x"));
        assert!(matches!(read(&[]).expect("valid").mail, MailConfig::Console));
        assert!(matches!(read(&[from, smtp]).expect("valid").mail, MailConfig::Smtp { .. }));
        assert!(matches!(read(&[from, sendgrid]).expect("valid").mail, MailConfig::SendGrid { .. }));
        for wrong in [vec![smtp], vec![sendgrid], vec![from, smtp, sendgrid], vec![("FROM_EMAIL", "nobody")]]
        {
            read(&wrong).expect_err("refused");
        }
        let clear = ("SMTP_URL", "smtp://u:zebra@mail.example?tls=opportunistic");
        let problems = read(&[from, clear]).expect_err("refused").join(" ");
        assert!(problems.contains("SMTP_URL") && !problems.contains("zebra"), "{problems}");
    }

    #[test]
    fn redis_is_named_in_one_way_and_upstash_by_its_own_names() {
        let redis = ("REDIS_URL", "redis://cache.example:6379");
        let (upstash, token) =
            (("UPSTASH_REDIS_URL", "https://eu1-a.upstash.example"), ("UPSTASH_REDIS_TOKEN", "zebra"));
        let url = |pairs: &[(&str, &str)]| {
            read(pairs).expect("valid").cache.redis_url.map(|url| url.reveal().to_owned())
        };
        assert_eq!(url(&[]), None);
        assert_eq!(url(&[redis]).as_deref(), Some("redis://cache.example:6379"));
        let expected = "rediss://default:zebra@eu1-a.upstash.example:6379";
        assert_eq!(url(&[upstash, token]).as_deref(), Some(expected));
        for wrong in [
            vec![upstash],
            vec![token],
            vec![redis, upstash, token],
            vec![("REDIS_URL", "http://zebra.example")],
            vec![("RATE_LIMIT_MAX_REQUESTS", "0")],
            vec![("RATE_LIMIT_WINDOW_MS", "10")],
        ] {
            let problems = read(&wrong).expect_err("refused").join(" ");
            assert!(!problems.contains("zebra"), "{problems}");
        }
    }

    #[test]
    fn a_service_elsewhere_is_reached_encrypted_and_named_whole() {
        let (url, model) =
            (("SPEECH_SERVICE_URL", "https://gpu.example/v1"), ("SPEECH_SERVICE_MODEL", "large-v3"));
        let speech = read(&[url, model]).expect("valid").services.speech.expect("one");
        assert_eq!((speech.model.as_str(), speech.run_by.as_str()), ("large-v3", "gpu.example"));
        let deepseek = [("DEEPSEEK_API_KEY", "zebra")];
        let language = read(&deepseek).expect("valid").services.language.expect("one");
        assert_eq!((language.address.host(), language.run_by.as_str()), ("api.deepseek.com", "DeepSeek"));
        let assembly_ai =
            [("ASSEMBLYAI_API_KEY", "zebra"), ("ASSEMBLYAI_URL", "https://api.eu.assemblyai.com")];
        let assembly_ai = read(&assembly_ai).expect("valid").services.assembly_ai.expect("one");
        assert_eq!(assembly_ai.address.host(), "api.eu.assemblyai.com");
        assert_eq!(assembly_ai.models, ["universal-3-5-pro", "universal-2"]);
        assert!(!format!("{assembly_ai:?}").contains("zebra"));
        let priced = read(&[url, model, ("SPEECH_SERVICE_PRICE_SOUND_HOUR", "0.36")]).expect("valid");
        assert_eq!(priced.services.speech.expect("one").prices.sound_hour, Some(0.36));
        for price in ["free", "-1", "NaN", "inf"] {
            let wrong = [url, model, ("SPEECH_SERVICE_PRICE_SOUND_HOUR", price)];
            assert!(read(&wrong).expect_err("refused").join(" ").contains("PRICE_SOUND_HOUR"), "{price}");
        }
        let two = [("LANGUAGE_SERVICE_URL", url.1), ("LANGUAGE_SERVICE_MODEL", "m"), deepseek[0]];
        assert!(read(&two).expect_err("refused").join(" ").contains("DEEPSEEK_API_KEY"));
        let clear = ("SPEECH_SERVICE_URL", "http://zebra.example/v1");
        for wrong in [vec![url], vec![model], vec![("SPEECH_SERVICE_KEY", "zebra")], vec![clear, model]] {
            let problems = read(&wrong).expect_err("refused").join(" ");
            assert!(problems.contains("SPEECH_SERVICE_URL") && !problems.contains("zebra"), "{problems}");
        }
    }

    #[test]
    fn a_secret_does_not_print() {
        let config = read(&[("JWT_SECRET", "a-very-secret-sentence-of-some-length")]).expect("valid");
        assert!(!format!("{config:?}").contains("a-very-secret"));
    }
}
