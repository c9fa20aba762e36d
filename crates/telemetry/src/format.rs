//! The form of a log line.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormattedFields,
        format::{JsonFields, Writer},
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

use crate::{LogFormat, hidden::hide};

/// What is taken over from the spans around an event. Everything else in them is left out: the span
/// of a request holds its address line, with whatever somebody searched for.
const SPAN_FIELDS: [&str; 4] = ["request_id", "job_id", "practice_id", "user_id"];

pub(crate) struct Lines(pub LogFormat);

impl<S> FormatEvent<S, JsonFields> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            let Some(text) = extensions.get::<FormattedFields<JsonFields>>() else { continue };
            let Ok(Value::Object(mut of_span)) = serde_json::from_str(text) else { continue };
            for name in SPAN_FIELDS {
                if let Some(value) = of_span.remove(name) {
                    // The innermost span comes first and wins, and the event's own field over it.
                    fields.0.entry(name).or_insert(value);
                }
            }
        }
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        // The static metadata lies for records of the `log` crate: their target is a field.
        let target = match fields.0.remove("log.target") {
            Some(Value::String(target)) => target,
            _ => event.metadata().target().to_owned(),
        };
        fields.0.retain(|name, _| !name.starts_with("log."));
        let level = event.metadata().level().as_str();
        match self.0 {
            LogFormat::Json => {
                let mut line = Map::new();
                line.insert("timestamp".to_owned(), time.into());
                line.insert("level".to_owned(), level.into());
                line.insert("target".to_owned(), target.into());
                for (name, value) in fields.0 {
                    line.entry(name).or_insert(value);
                }
                writeln!(writer, "{}", Value::Object(line))
            }
            LogFormat::Pretty => {
                let message = fields.0.remove("message");
                let message = message.as_ref().and_then(Value::as_str).unwrap_or_default();
                write!(writer, "{time} {level:>5} {target}: {message}")?;
                for (name, value) in fields.0 {
                    match value {
                        Value::String(text) => write!(writer, " {name}={text}")?,
                        other => write!(writer, " {name}={other}")?,
                    }
                }
                writeln!(writer)
            }
        }
    }
}

/// An event's fields as JSON values.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, &*hide(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        // Writing to a string fails only if the value's own `Debug` does; then it is left short.
        let _short = write!(text, "{value:?}");
        self.put(field, &*hide(&text));
    }
}
