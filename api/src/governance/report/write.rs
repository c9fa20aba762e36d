//! Writes a report, and at its end what the server signs of it.

use std::io;

use ::governance::reports::{self, Calls, Within};
use access::{AccessError, Actor, Tx};
use chrono::{DateTime, Utc};
use exports::WriteError;
use identity::deletions::{Certificates, NotSigned};
use proof::{CALLS, MANIFEST, Tree};
use sha2::{Digest as _, Sha256};
use shared::{
    audit::TrailHead,
    reports::{AiSummary, ReportFile, ReportManifest},
};

use super::paper;
use crate::{App, Refusal, practice::export::archive::Archive};

const README: &str = "\
What AI did in a practice, as MindScribe has it on record.

report.pdf      to be read
report.json     the same, to be counted with
calls.ndjson    every call of the ledger that was begun in these days, made or refused: a line each, the oldest first.
                input_hash and output_hash are keyed: they prove to whoever holds the server's keys what went in and came
                out, and tell nobody else anything.
manifest.jws    the SHA-256 of each of these, how many calls there are, the root of the Merkle tree (RFC 9162) over their
                lines, and where the audit trail ended, signed by the server (Ed25519, RFC 8037)

To check it, offline:  mindscribe-verify THIS.zip KEY.json
KEY.json is the server's public key. Ask whoever runs the server for it on another way than this file came; it is shown
by GET /api/v1/signing-key. A key that comes with a report proves nothing.
";

/// Why a report was cut off.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("it could not be read: {0:?}")]
    Read(Refusal),
    #[error(transparent)]
    Database(#[from] AccessError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Paper(#[from] WriteError),
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    #[error(transparent)]
    Gone(#[from] io::Error),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Read(refusal)
    }
}

/// A report under way.
pub(super) struct Report {
    app: App,
    actor: Actor,
    within: Within,
    at: DateTime<Utc>,
    archive: Archive,
    files: Vec<ReportFile>,
}

impl Report {
    pub(super) fn new(app: App, actor: Actor, within: Within, archive: Archive) -> Self {
        let at = app.database.clock().now();
        Self { app, actor, within, at, archive, files: Vec::new() }
    }

    /// Writes it to its end, or cuts it off.
    pub(super) async fn run(mut self) {
        match self.everything().await {
            Ok(()) => {
                let _ = self.archive.finish().await;
            }
            Err(failed) => {
                if !matches!(failed, Failed::Gone(_)) {
                    tracing::error!(error = format!("{failed:#}"), "a report on AI use was cut off");
                }
                self.archive.cut_off().await;
            }
        }
    }

    async fn everything(&mut self) -> Result<(), Failed> {
        let (summary, practice) = self.summary().await?;
        self.file("README.txt", README.as_bytes()).await?;
        let (at, of) = (self.at, summary.clone());
        let paper = actix_web::web::block(move || paper::write(&of, practice, at)).await;
        self.file("report.pdf", &paper.map_err(|_stopped| io::Error::from(io::ErrorKind::Interrupted))??)
            .await?;
        self.file("report.json", &serde_json::to_vec_pretty(&summary)?).await?;
        let tree = self.calls().await?;
        let head = self.app.database.find_link(self.actor.practice_id(), None).await?;
        let manifest = ReportManifest {
            practice_id: self.actor.practice_id(),
            from: self.within.from,
            until: self.within.until,
            at: self.at,
            software: concat!("MindScribe ", env!("CARGO_PKG_VERSION")).to_owned(),
            files: std::mem::take(&mut self.files),
            calls: tree.items(),
            calls_root: hex::encode(tree.root()),
            head: head.map(|link| TrailHead {
                number: link.number,
                mac: hex::encode(&link.mac),
                at: link.made_at,
            }),
        };
        let signed = Certificates::of(&self.app.database)?.sign(manifest)?;
        self.archive.begin_text(MANIFEST)?;
        Ok(self.archive.write(signed.as_bytes()).await?)
    }

    async fn summary(&self) -> Result<(AiSummary, paper::Practice), Failed> {
        let granted = self.actor.require().map_err(|forbidden| Failed::Read(forbidden.into()))?;
        let mut tx = self.app.database.begin(self.actor.clone()).await?;
        let practice = identity::load_practice(&mut tx).await.map_err(Refusal::from)?;
        let summary = reports::summary(&mut tx, granted, self.within).await?;
        tx.commit().await?;
        Ok((summary, paper::Practice { name: practice.name, jurisdiction: practice.jurisdiction }))
    }

    /// A line for each call.
    async fn calls(&mut self) -> Result<Tree, Failed> {
        self.archive.begin_text(CALLS)?;
        let (mut tree, mut hash, mut bytes) = (Tree::default(), Sha256::new(), 0);
        let mut calls = Calls::of(self.within, self.at);
        loop {
            let granted = self.actor.require().map_err(|forbidden| Failed::Read(forbidden.into()))?;
            let page = self.read(async |tx| calls.next(tx, granted).await).await?;
            if page.is_empty() {
                break;
            }
            let mut lines = Vec::with_capacity(page.len() * 512);
            for call in &page {
                let begun = lines.len();
                serde_json::to_writer(&mut lines, call)?;
                tree.add(&lines[begun..]);
                lines.push(b'\n');
            }
            hash.update(&lines);
            bytes += lines.len() as u64;
            self.archive.write(&lines).await?;
        }
        let sha256 = hex::encode(hash.finalize());
        self.files.push(ReportFile { name: CALLS.to_owned(), bytes, sha256 });
        Ok(tree)
    }

    async fn file(&mut self, name: &str, content: &[u8]) -> Result<(), Failed> {
        self.archive.begin_text(name)?;
        self.archive.write(content).await?;
        let sha256 = hex::encode(Sha256::digest(content));
        self.files.push(ReportFile { name: name.to_owned(), bytes: content.len() as u64, sha256 });
        Ok(())
    }

    /// Reads in a transaction of its own, as whoever asked; their sign-in must still be live, locked or not.
    async fn read<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T, AccessError>) -> Result<T, Failed> {
        if let Some(person) = self.actor.as_person() {
            let lookup = self.app.database.lookup();
            let now = identity::resolve_even_locked(&lookup, person.session_id, self.actor.request()).await;
            now.map_err(Refusal::from)?;
        }
        let tx = self.app.database.begin_reading(self.actor.clone()).await?;
        let read = work(&tx).await;
        tx.end().await?;
        Ok(read?)
    }
}
