//! Writes an export page by page: each is read in a transaction of its own, which ends before the page is sent.

use std::io;

use access::{AccessError, Actor, export_audit_events, is_own};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use identity::{ResolveError, deletions::Certificates};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use shared::{
    AuditEventId,
    audit::{AuditFilter, ExportedEvent, TrailHead, TrailManifest},
    csv,
};
use tokio::sync::mpsc::Sender;

use super::Format;
use crate::{App, Refusal};

/// Events of a page: about half a megabyte.
const PAGE: u64 = 1000;
/// What the columns of a CSV are called.
const HEAD: [&str; 18] = [
    "id",
    "at",
    "action",
    "outcome",
    "user_id",
    "role",
    "actor",
    "client_id",
    "subject",
    "subject_id",
    "purpose",
    "emergency_id",
    "network",
    "session_id",
    "request_id",
    "detail",
    "practice_id",
    "code",
];

/// Why an export was cut off.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Database(#[from] AccessError),
    #[error("whoever asked may not any more: {0:?}")]
    Refused(Refusal),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    NotSigned(#[from] identity::deletions::NotSigned),
    #[error("nobody receives it any more")]
    Gone,
}

/// An export under way.
pub(super) struct Export {
    app: App,
    actor: Actor,
    format: Format,
    /// What is read: nothing newer than when it began.
    reading: AuditFilter,
    hash: Sha256,
    manifest: TrailManifest,
}

impl Export {
    pub(super) fn new(
        app: App,
        actor: Actor,
        filter: AuditFilter,
        format: Format,
        at: DateTime<Utc>,
    ) -> Self {
        let to = filter.to.map_or(at, |to| to.min(at));
        let reading = AuditFilter { to: Some(to), ..filter.clone() };
        let manifest = TrailManifest {
            practice_id: actor.practice_id(),
            at,
            filter,
            events: 0,
            first: None,
            last: None,
            without_own_code: 0,
            head: None,
            sha256: String::new(),
        };
        Self { app, actor, format, reading, hash: Sha256::new(), manifest }
    }

    /// Writes it to its end, or cuts it off.
    pub(super) async fn run(mut self, chunks: Sender<io::Result<Bytes>>) {
        match self.everything(&chunks).await {
            // Whoever no longer wants it need not be told.
            Ok(()) | Err(Failed::Gone) => {}
            Err(failed) => {
                tracing::error!(error = format!("{failed:#}"), "an export of the audit trail was cut off");
                let _ = chunks.send(Err(io::ErrorKind::Interrupted.into())).await;
            }
        }
    }

    async fn everything(&mut self, chunks: &Sender<io::Result<Bytes>>) -> Result<(), Failed> {
        if matches!(self.format, Format::Csv) {
            self.send(csv::line(&HEAD), chunks).await?;
        }
        loop {
            let page = self.page().await?;
            let mut lines = String::with_capacity(page.len() * 600);
            for exported in &page {
                lines.push_str(&self.line(exported)?);
            }
            self.send(lines, chunks).await?;
            if (page.len() as u64) < PAGE {
                break;
            }
        }
        let practice = self.manifest.practice_id;
        let link = self.app.database.find_link(practice, None).await?;
        self.manifest.head =
            link.map(|link| TrailHead { number: link.number, mac: hex::encode(&link.mac), at: link.made_at });
        self.manifest.sha256 = hex::encode(self.hash.clone().finalize());
        let signed = Certificates::of(&self.app.database)?.sign(self.manifest.clone())?;
        let last = match self.format {
            Format::Ndjson => format!("{}\n", json!({ "manifest": signed })),
            Format::Csv => {
                let mut fields = [""; HEAD.len()];
                (fields[0], fields[HEAD.len() - 1]) = ("manifest", &signed);
                csv::line(&fields)
            }
        };
        self.send(last, chunks).await
    }

    /// The next events, read as whoever exports, whose sign-in must still be live, locked or not.
    async fn page(&mut self) -> Result<Vec<ExportedEvent>, Failed> {
        if let Some(person) = self.actor.as_person() {
            let lookup = self.app.database.lookup();
            let now = identity::resolve_even_locked(&lookup, person.session_id, self.actor.request()).await;
            now.map_err(|error: ResolveError| Failed::Refused(error.into()))?;
        }
        let granted = self.actor.require().map_err(|forbidden| Failed::Refused(forbidden.into()))?;
        let tx = self.app.database.begin_reading(self.actor.clone()).await?;
        let page = export_audit_events(&tx, granted, &self.reading, self.manifest.last, PAGE).await;
        tx.end().await?;
        let page = page?;
        let key = self.app.database.trail_key(self.manifest.practice_id);
        self.manifest.events += page.len() as u64;
        self.manifest.without_own_code += page.iter().filter(|one| !is_own(&key, one)).count() as u64;
        let id = |one: Option<&ExportedEvent>| -> Option<AuditEventId> { one.map(|one| one.event.id) };
        self.manifest.first = self.manifest.first.or(id(page.first()));
        self.manifest.last = id(page.last()).or(self.manifest.last);
        Ok(page)
    }

    fn line(&self, exported: &ExportedEvent) -> Result<String, Failed> {
        if matches!(self.format, Format::Ndjson) {
            return Ok(serde_json::to_string(exported)? + "\n");
        }
        let event = &exported.event;
        let some = |id: Option<&dyn ToString>| id.map(ToString::to_string).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(csv::line(&[
            event.id.to_string(),
            event.at.to_rfc3339(),
            event.action.clone(),
            event.outcome.clone(),
            some(event.user_id.as_ref().map(|id| id as _)),
            text(&event.role),
            event.actor.clone(),
            some(event.client_id.as_ref().map(|id| id as _)),
            event.subject.clone(),
            some(event.subject_id.as_ref().map(|id| id as _)),
            text(&event.purpose),
            some(event.emergency_id.as_ref().map(|id| id as _)),
            text(&event.network),
            some(event.session_id.as_ref().map(|id| id as _)),
            event.request_id.clone(),
            text(&event.detail),
            self.manifest.practice_id.to_string(),
            text(&exported.code),
        ]))
    }

    async fn send(&mut self, text: String, chunks: &Sender<io::Result<Bytes>>) -> Result<(), Failed> {
        self.hash.update(&text);
        chunks.send(Ok(text.into())).await.map_err(|_gone| Failed::Gone)
    }
}
