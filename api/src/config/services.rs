//! AI services elsewhere.

use governance::ledger::Prices;
use remote::ServiceAddress;

use super::{Environment, Secret};

/// AI services elsewhere, none of which is used before a practice has chosen it.
#[derive(Debug, Clone)]
pub struct ServicesConfig {
    /// Speech to text, a piece at a time.
    pub speech: Option<ServiceConfig>,
    /// Speech to text of whole recordings, with voices.
    pub assembly_ai: Option<AssemblyAiConfig>,
    /// Drafting.
    pub language: Option<ServiceConfig>,
}

/// AssemblyAI.
#[derive(Debug, Clone)]
pub struct AssemblyAiConfig {
    /// Where it is.
    pub address: ServiceAddress,
    /// Its models, the one to use first.
    pub models: Vec<String>,
    /// What it knows this server by.
    pub key: Secret,
    /// What it costs.
    pub prices: Prices,
}

/// One of the others.
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
    /// What it costs.
    pub prices: Prices,
}

impl ServicesConfig {
    pub(super) fn read(environment: &mut Environment<'_>) -> Self {
        let speech = ServiceConfig::read(environment, "SPEECH_SERVICE", prices_of_sound);
        let language = ServiceConfig::read(environment, "LANGUAGE_SERVICE", prices_of_tokens);
        let deepseek = environment.secret("DEEPSEEK_API_KEY");
        if language.is_some() && deepseek.is_some() {
            environment.refuse(
                "LANGUAGE_SERVICE_URL and DEEPSEEK_API_KEY name two services: one is used".to_owned(),
            );
        }
        let assembly_ai = environment.secret("ASSEMBLYAI_API_KEY");
        let assembly_ai = assembly_ai.map(|key| AssemblyAiConfig::read(environment, key));
        Self {
            speech,
            assembly_ai,
            language: language.or_else(|| Some(ServiceConfig::deepseek(environment, deepseek?))),
        }
    }
}

fn price(environment: &mut Environment<'_>, name: &str) -> Option<f64> {
    let price = environment.find(name)?.trim().parse().ok().filter(|price| (0.0..1e6).contains(price));
    if price.is_none() {
        environment.refuse(format!("{name} is no price in US dollars, such as 0.37"));
    }
    price
}

/// What a service costs that hears.
fn prices_of_sound(environment: &mut Environment<'_>, prefix: &str) -> Prices {
    Prices { sound_hour: price(environment, &format!("{prefix}_PRICE_SOUND_HOUR")), ..Prices::default() }
}

/// What a service costs that reads and writes.
fn prices_of_tokens(environment: &mut Environment<'_>, prefix: &str) -> Prices {
    Prices {
        million_input_tokens: price(environment, &format!("{prefix}_PRICE_MILLION_INPUT_TOKENS")),
        million_output_tokens: price(environment, &format!("{prefix}_PRICE_MILLION_OUTPUT_TOKENS")),
        ..Prices::default()
    }
}

impl AssemblyAiConfig {
    /// Their models are settings: names come and go.
    fn read(environment: &mut Environment<'_>, key: Secret) -> Self {
        let models = environment.find("ASSEMBLYAI_MODELS");
        let models = models.as_deref().unwrap_or("universal-3-5-pro,universal-2").split(',');
        let models = models.map(str::trim).filter(|model| !model.is_empty()).map(str::to_owned).collect();
        let address = environment.parse("ASSEMBLYAI_URL", ServiceAddress::assembly_ai());
        Self { address, models, key, prices: prices_of_sound(environment, "ASSEMBLYAI") }
    }
}

impl ServiceConfig {
    /// DeepSeek by its own names. Its model is a setting: names come and go.
    fn deepseek(environment: &mut Environment<'_>, key: Secret) -> Self {
        let model = environment.find("DEEPSEEK_MODEL").unwrap_or_else(|| "deepseek-flash".to_owned());
        let address = environment.parse("DEEPSEEK_URL", ServiceAddress::deepseek());
        let prices = prices_of_tokens(environment, "DEEPSEEK");
        Self { address, model, key: Some(key), run_by: "DeepSeek".to_owned(), prices }
    }

    fn read(
        environment: &mut Environment<'_>,
        prefix: &str,
        prices: fn(&mut Environment<'_>, &str) -> Prices,
    ) -> Option<Self> {
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
                let prices = prices(environment, prefix);
                Some(Self { model: model.trim().to_owned(), key, run_by, address, prices })
            }
            Err(problem) => {
                environment.refuse(format!("{prefix}_URL {problem}"));
                None
            }
        }
    }
}
