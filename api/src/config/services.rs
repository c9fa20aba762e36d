//! AI services elsewhere.

use remote::ServiceAddress;

use super::{Environment, Secret};

/// AI services elsewhere, none of which is used before a practice has chosen it.
#[derive(Debug, Clone)]
pub struct ServicesConfig {
    /// Speech to text.
    pub speech: Option<ServiceConfig>,
    /// Drafting.
    pub language: Option<ServiceConfig>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// Where it is.
    pub address: ServiceAddress,
    /// The model, as the service calls it.
    pub model: String,
    /// What it knows this server by.
    pub key: Option<Secret>,
    /// Who runs it, for people.
    pub run_by: String,
}

impl ServicesConfig {
    pub(super) fn read(environment: &mut Environment<'_>) -> Self {
        let speech = ServiceConfig::read(environment, "SPEECH_SERVICE");
        let language = ServiceConfig::read(environment, "LANGUAGE_SERVICE");
        let deepseek = environment.secret("DEEPSEEK_API_KEY");
        if language.is_some() && deepseek.is_some() {
            environment.refuse(
                "LANGUAGE_SERVICE_URL and DEEPSEEK_API_KEY name two services: one is used".to_owned(),
            );
        }
        Self { speech, language: language.or_else(|| Some(ServiceConfig::deepseek(environment, deepseek?))) }
    }
}

impl ServiceConfig {
    /// DeepSeek by its own names. Its model is a setting: names come and go.
    fn deepseek(environment: &mut Environment<'_>, key: Secret) -> Self {
        let model = environment.find("DEEPSEEK_MODEL").unwrap_or_else(|| "deepseek-flash".to_owned());
        let address = environment.parse("DEEPSEEK_URL", ServiceAddress::deepseek());
        Self { address, model, key: Some(key), run_by: "DeepSeek".to_owned() }
    }

    fn read(environment: &mut Environment<'_>, prefix: &str) -> Option<Self> {
        let name = |rest: &str| format!("{prefix}_{rest}");
        let (url, model) = (environment.find(&name("URL")), environment.find(&name("MODEL")));
        let key = environment.secret(&name("KEY"));
        let run_by = environment.find(&name("RUN_BY"));
        let (Some(url), Some(model)) = (&url, &model) else {
            if url.is_some() || model.is_some() || key.is_some() || run_by.is_some() {
                environment.refuse(format!("{prefix}_URL and {prefix}_MODEL belong together"));
            }
            return None;
        };
        match url.trim().parse::<ServiceAddress>() {
            Ok(address) => {
                let run_by = run_by.unwrap_or_else(|| address.host().to_owned());
                Some(Self { model: model.trim().to_owned(), key, run_by, address })
            }
            Err(problem) => {
                environment.refuse(format!("{prefix}_URL {problem}"));
                None
            }
        }
    }
}
