//! A chart to test with: a client, a session, what was said in it, and a draft of its note.

use ::testing::TestDatabase;
use access::perm;
use chrono::{DateTime, Utc};
use shared::{
    AiCallId, ClientId, EncounterId, NoteId, Phi, SegmentId,
    clients::NewClient,
    consents::{ConsentKind, ConsentMethod, NewConsent},
    encounters::{Modality, NewEncounter, Setting},
    templates::NoteFormat,
    transcripts::{SpeakerRole, TranscriptView, TypedLine, TypedTranscript},
};

use crate::{
    clients, consents, encounters,
    notes::{self, DraftSection, DraftSentence, DraftedNote},
    transcripts,
};

/// Stands for anything about a person: must never be found readable.
pub const MARK: &str = "Quetzalcoatlus";

pub fn new_client(family_name: &str) -> NewClient {
    NewClient {
        given_name: Phi::from("Ada"),
        family_name: Phi::from(family_name),
        date_of_birth: "1990-02-28".parse().ok().map(Phi::new),
        email: Some(Phi::from("ada@example.com")),
        phone: Some(Phi::from("+1 555 0100")),
        pronouns: Some(Phi::from("she/her")),
        external_id: None,
        jurisdiction: None,
    }
}

pub async fn client(bench: &TestDatabase, family_name: &str) -> ClientId {
    let (mut tx, granted) = bench.as_therapist::<perm::WriteClients>().await;
    let client =
        clients::create(&mut tx, granted, new_client(family_name), "US-CA", &[]).await.expect("a client");
    tx.commit().await.expect("kept");
    client.id
}

pub fn new_encounter(client_ids: Vec<ClientId>) -> NewEncounter {
    NewEncounter {
        client_ids,
        modality: Modality::Individual,
        setting: Setting::InPerson,
        scheduled_start: None,
        started_at: None,
        ended_at: None,
        cpt_code: Some("90834".into()),
        participants: vec![Phi::from(MARK)],
    }
}

pub async fn encounter(bench: &TestDatabase, client_ids: &[ClientId]) -> EncounterId {
    let (mut tx, granted) = bench.as_therapist::<perm::WriteEncounters>().await;
    let new = new_encounter(client_ids.to_vec());
    let encounter = encounters::create(&mut tx, granted, new).await.expect("a session");
    tx.commit().await.expect("kept");
    encounter.id
}

pub fn new_consent(granted_at: Option<DateTime<Utc>>) -> NewConsent {
    NewConsent {
        kind: ConsentKind::Recording,
        text_version: "2026-11".into(),
        granted_at,
        method: ConsentMethod::Verbal,
        participants: vec![Phi::from(MARK)],
    }
}

pub async fn consent(bench: &TestDatabase, client_id: ClientId) -> shared::ConsentId {
    let (mut tx, granted) = bench.as_therapist::<perm::WriteConsents>().await;
    let consent = consents::grant(&mut tx, granted, client_id, new_consent(None)).await.expect("a consent");
    tx.commit().await.expect("kept");
    consent.id
}

pub fn typed() -> TypedTranscript {
    let line = |role, text: &str| TypedLine { role, text: Phi::from(text) };
    TypedTranscript {
        lines: vec![
            line(SpeakerRole::Therapist, "How did you sleep?"),
            line(SpeakerRole::Client, "Badly, I was awake until four."),
            line(SpeakerRole::Client, MARK),
        ],
    }
}

pub async fn transcript(bench: &TestDatabase, encounter_id: EncounterId) -> TranscriptView {
    let (mut tx, granted) = bench.as_therapist::<perm::WriteTranscripts>().await;
    let kept = transcripts::store_typed(&mut tx, granted, encounter_id, typed()).await.expect("a transcript");
    tx.commit().await.expect("kept");
    kept
}

pub fn drafted(encounter_id: EncounterId, ai_call_id: AiCallId, evidence: Vec<SegmentId>) -> DraftedNote {
    DraftedNote {
        encounter_id,
        template: NoteFormat::Soap,
        ai_call_id,
        label: "extract".into(),
        author_id: uuid::Uuid::nil().into(),
        sections: vec![DraftSection {
            key: "subjective".into(),
            sentences: vec![
                DraftSentence { text: Phi::from("Was awake until four."), evidence: evidence.clone() },
                DraftSentence { text: Phi::from(MARK), evidence },
            ],
        }],
    }
}

/// A client's session with a transcript and a drafted note.
pub struct Chart {
    pub client_id: ClientId,
    pub encounter_id: EncounterId,
    pub transcript: TranscriptView,
    pub note_id: NoteId,
}

pub async fn chart(bench: &TestDatabase) -> Chart {
    let client_id = client(bench, MARK).await;
    let encounter_id = encounter(bench, &[client_id]).await;
    let transcript = transcript(bench, encounter_id).await;
    let mut tx = bench.begin(bench.pipeline()).await;
    let granted = bench.pipeline().require().expect("the software may");
    let draft = drafted(encounter_id, tx.new_id(), vec![transcript.segments[1].id]);
    let note_id = notes::create_from_draft(&mut tx, granted, draft).await.expect("a note");
    tx.commit().await.expect("kept");
    Chart { client_id, encounter_id, transcript, note_id }
}
