//! Which events are logged.

use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::filter::{FilterFn, Targets, filter_fn};

use crate::LogError;

/// Libraries that talk about themselves. Statements may hold what a person said, so sqlx and
/// sea-orm are held down whatever the operator asks for.
const SILENT: [&str; 2] = ["sqlx", "sea_orm::"];
const QUIET: [&str; 15] = [
    "actix_http",
    "actix_server",
    "actix_web",
    "apalis",
    "globset",
    "h2",
    "hyper",
    "mio",
    "object_store",
    "reqwest",
    "rustls",
    "sea_orm",
    "sea_schema",
    "symphonia",
    "tungstenite",
];

pub(crate) fn from_level(
    level: &str,
) -> Result<FilterFn<impl Fn(&Metadata<'_>) -> bool + Clone + use<>>, LogError> {
    let asked: Targets = level.parse().map_err(|_parse| LogError::UnknownLevel(level.to_owned()))?;
    let default = asked.default_level().unwrap_or(LevelFilter::OFF);
    let quiet = QUIET.map(|target| (target, default.min(LevelFilter::WARN)));
    // What the operator names outright is louder than our list of the noisy.
    let targets = Targets::new()
        .with_default(default)
        .with_targets(quiet)
        .with_targets(asked.iter())
        .with_target("sqlx", LevelFilter::OFF);
    Ok(filter_fn(move |metadata| {
        let target = metadata.target();
        if SILENT.iter().any(|silent| target.starts_with(silent)) {
            return false;
        }
        // A span is not a line; the ids in it belong to warnings too when `warn` is the level.
        (metadata.is_span() && *metadata.level() <= Level::INFO)
            || targets.would_enable(target, metadata.level())
    }))
}
