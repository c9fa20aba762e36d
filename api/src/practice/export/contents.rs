//! What is in the archive of a practice. Everything is read by the same verbs as in the app, page by page, so that the
//! audit trail names what was read.

use std::io;

use access::{Actor, Tx};
use clinical::{
    amendments, client_deletions, clients, consents, disclosures, encounters, legal_holds, notes,
    record_requests, transcripts,
};
use futures_util::StreamExt as _;
use scribe::recordings;
use serde::Serialize;
use shared::{
    ClientId, RecordingId,
    audit::AuditFilter,
    client_deletions::ClientDeletionFilter,
    clients::ClientFilter,
    disclosures::DisclosureFilter,
    encounters::EncounterView,
    errors::ErrorCode,
    legal_holds::LegalHoldFilter,
    notes::NoteFilter,
    page::{MAX_LIMIT, Page, PageQuery},
    requests::RequestFilter,
};

use super::archive::Archive;
use crate::{App, Refusal, encounters::add_recordings};

const README: &str = "\
Everything that this practice keeps in MindScribe, as it was when this archive was made.

practice.json                       the settings
people.ndjson                       who works here, or did: a line each
clients/<id>/client.json            a client
clients/<id>/consents.ndjson        what they have agreed to
clients/<id>/requests.ndjson        when they asked for their records, and what was answered
clients/<id>/amendments.ndjson      what they asked to be changed in them, what was answered, and what followed
clients/<id>/disclosures.ndjson     what was disclosed about them that has to be accounted for
clients/<id>/legal-holds.ndjson     since when nothing of them is removed, and why
deleted-charts.ndjson               charts that were deleted, or are due to be, with the certificates
sessions/<id>/session.json          a session: when, with whom, which codes
sessions/<id>/transcript.json       what was said, by whom and when
sessions/<id>/recording.<kind>      the sound, as it was uploaded; missing where it was removed
notes/<id>.json                     a note with its evidence, signatures and addenda
audit.ndjson                        who did what, the newest first

Ids connect them. Times are UTC. Nothing in here is encrypted: keep it as you keep charts.
";

/// Why an archive was cut off.
#[derive(Debug, thiserror::Error)]
enum Failed {
    /// Something could not be read.
    #[error("it could not be read: {0:?}")]
    Read(Refusal),
    /// The sound could not be opened.
    #[error(transparent)]
    Sound(#[from] blobs::BlobError),
    /// It could not be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Nobody receives it any more.
    #[error(transparent)]
    Gone(#[from] io::Error),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Read(refusal)
    }
}

/// Writes the archive to its end, or cuts it off.
pub async fn write(app: App, actor: Actor, archive: Archive) {
    let mut export = Export { app, actor, archive };
    match export.everything().await {
        Ok(()) => {
            let _ = export.archive.finish().await;
        }
        // Whoever no longer wants it need not be told.
        Err(Failed::Gone(_)) => {}
        Err(failed) => {
            tracing::error!(error = format!("{failed:#}"), "an export was cut off");
            export.archive.cut_off().await;
        }
    }
}

struct Export {
    app: App,
    actor: Actor,
    archive: Archive,
}

impl Export {
    async fn everything(&mut self) -> Result<(), Failed> {
        self.archive.begin_text("README.txt")?;
        self.archive.write(README.as_bytes()).await?;
        let settings = self.read(async |tx| Ok(identity::load_practice(tx).await?)).await?;
        self.file("practice.json", &settings).await?;
        self.archive.begin_text("people.ndjson")?;
        self.pages(
            async |tx, query| Ok(identity::people::list(tx, tx.actor().require()?, query).await?),
            async |export, person| export.line(&person).await,
        )
        .await?;
        self.pages(
            async |tx, query| {
                Ok(clients::list(tx, tx.actor().require()?, &ClientFilter::default(), query).await?)
            },
            async |export, client| {
                export.file(&format!("clients/{}/client.json", client.id), &client).await?;
                export.consents(client.id).await?;
                export.requests(client.id).await?;
                export.disclosures(client.id).await?;
                export.holds(client.id).await
            },
        )
        .await?;
        self.archive.begin_text("deleted-charts.ndjson")?;
        self.pages(
            async |tx, query| {
                let granted = tx.actor().require()?;
                Ok(client_deletions::list(tx, granted, &ClientDeletionFilter::default(), query).await?)
            },
            async |export, deletion| export.line(&deletion).await,
        )
        .await?;
        self.pages(
            async |tx, query| {
                let mut page = encounters::list(tx, tx.actor().require()?, None, query).await?;
                add_recordings(tx, &mut page.items).await?;
                Ok(page)
            },
            async |export, session| export.session(session).await,
        )
        .await?;
        self.pages(
            async |tx, query| Ok(notes::list(tx, tx.actor().require()?, &NoteFilter::default(), query).await?),
            async |export, note| {
                let note =
                    export.read(async |tx| Ok(notes::load(tx, tx.actor().require()?, note.id).await?)).await?;
                export.file(&format!("notes/{}.json", note.id), &note).await
            },
        )
        .await?;
        self.archive.begin_text("audit.ndjson")?;
        self.pages(
            async |tx, query| {
                let granted = tx.actor().require()?;
                Ok(access::list_audit_events(tx, granted, &AuditFilter::default(), query).await?)
            },
            async |export, event| export.line(&event).await,
        )
        .await
    }

    async fn consents(&mut self, client: ClientId) -> Result<(), Failed> {
        self.archive.begin_text(&format!("clients/{client}/consents.ndjson"))?;
        self.pages(
            async |tx, query| Ok(consents::list(tx, tx.actor().require()?, client, query).await?),
            async |export, consent| export.line(&consent).await,
        )
        .await
    }

    async fn requests(&mut self, client: ClientId) -> Result<(), Failed> {
        self.archive.begin_text(&format!("clients/{client}/requests.ndjson"))?;
        for settled in [false, true] {
            let filter = RequestFilter { client_id: Some(client), settled };
            self.pages(
                async |tx, query| Ok(record_requests::list(tx, tx.actor().require()?, &filter, query).await?),
                async |export, request| export.line(&request).await,
            )
            .await?;
        }
        self.archive.begin_text(&format!("clients/{client}/amendments.ndjson"))?;
        for settled in [false, true] {
            let filter = RequestFilter { client_id: Some(client), settled };
            self.pages(
                async |tx, query| Ok(amendments::list(tx, tx.actor().require()?, &filter, query).await?),
                async |export, request| export.line(&request).await,
            )
            .await?;
        }
        Ok(())
    }

    async fn disclosures(&mut self, client: ClientId) -> Result<(), Failed> {
        self.archive.begin_text(&format!("clients/{client}/disclosures.ndjson"))?;
        self.pages(
            async |tx, query| {
                let (granted, all) = (tx.actor().require()?, DisclosureFilter::default());
                let register = disclosures::list(tx, granted, client, all, query).await?;
                Ok(Page { items: register.items, next_cursor: register.next_cursor })
            },
            async |export, entry| export.line(&entry).await,
        )
        .await
    }

    async fn holds(&mut self, client: ClientId) -> Result<(), Failed> {
        self.archive.begin_text(&format!("clients/{client}/legal-holds.ndjson"))?;
        let filter = LegalHoldFilter { client_id: Some(client), ..LegalHoldFilter::default() };
        self.pages(
            async |tx, query| Ok(legal_holds::list(tx, tx.actor().require()?, &filter, query).await?),
            async |export, hold| export.line(&hold).await,
        )
        .await
    }

    async fn session(&mut self, session: EncounterView) -> Result<(), Failed> {
        let (id, folder) = (session.id, format!("sessions/{}", session.id));
        self.file(&format!("{folder}/session.json"), &session).await?;
        let read = self.read(async |tx| Ok(transcripts::load(tx, tx.actor().require()?, id).await?)).await;
        if let Some(transcript) = or_none(read)? {
            self.file(&format!("{folder}/transcript.json"), &transcript).await?;
        }
        match session.recording {
            Some(recording) => self.sound(&folder, recording.id).await,
            None => Ok(()),
        }
    }

    async fn sound(&mut self, folder: &str, id: RecordingId) -> Result<(), Failed> {
        let scribe = self.app.scribe.clone();
        let read = async |tx: &mut Tx| Ok(recordings::sound(&scribe, tx, tx.actor().require()?, id).await?);
        let Some(sound) = or_none(self.read(read).await)? else { return Ok(()) };
        let kind =
            sound.media_type.split([';', '/']).nth(1).unwrap_or("bin").trim_start_matches("x-").to_owned();
        self.archive.begin_sound(&format!("{folder}/recording.{kind}"))?;
        let size = sound.size();
        let mut bytes = std::pin::pin!(sound.read(0..size));
        while let Some(bytes) = bytes.next().await {
            self.archive.write(&bytes?).await?;
        }
        Ok(())
    }

    /// Reads in a transaction of its own, as whoever exports; their sign-in must still be live, locked or not.
    async fn read<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T, Refusal>) -> Result<T, Refusal> {
        if let Some(person) = self.actor.as_person() {
            let lookup = self.app.database.lookup();
            identity::resolve_even_locked(&lookup, person.session_id, self.actor.request()).await?;
        }
        let mut tx = self.app.database.begin(self.actor.clone()).await?;
        let read = work(&mut tx).await;
        match &read {
            Ok(_) => tx.commit().await?,
            Err(_) => tx.end().await?,
        }
        read
    }

    /// Every page of a list, and with each of its items.
    async fn pages<T>(
        &mut self,
        list: impl AsyncFn(&mut Tx, &PageQuery) -> Result<Page<T>, Refusal>,
        each: impl AsyncFn(&mut Self, T) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        let mut query = PageQuery { limit: Some(MAX_LIMIT), cursor: None };
        loop {
            let page = self.read(async |tx| list(tx, &query).await).await?;
            for item in page.items {
                each(self, item).await?;
            }
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => return Ok(()),
            }
        }
    }

    async fn file(&mut self, name: &str, content: &impl Serialize) -> Result<(), Failed> {
        self.archive.begin_text(name)?;
        Ok(self.archive.write(&serde_json::to_vec_pretty(content)?).await?)
    }

    async fn line(&mut self, content: &impl Serialize) -> Result<(), Failed> {
        let mut line = serde_json::to_vec(content)?;
        line.push(b'\n');
        Ok(self.archive.write(&line).await?)
    }
}

/// What is not there, or is no longer, is left out.
fn or_none<T>(read: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(refusal) if matches!(refusal.code(), Some(ErrorCode::NotFound | ErrorCode::SoundRemoved)) => {
            Ok(None)
        }
        Err(refusal) => Err(refusal),
    }
}
