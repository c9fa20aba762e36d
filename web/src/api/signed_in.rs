//! What a person who has signed in may ask. Which of it the role allows, the server decides.

use std::{future::Future, pin::Pin};

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::{
    AiSystemId, ClientId, ConsentId, EncounterId, InvitationId, JobId, NoteId, RecordingId, UserId,
    audit::{AuditEventView, TrailReport, TrailRetention},
    auth::Me,
    clients::{ClientView, EditClient, NewClient},
    consents::{ConsentView, NewConsent},
    decisions::{AiDecision, PlaceRules},
    encounters::{EditEncounter, EncounterView, NewEncounter},
    errors::ErrorCode,
    governance::{AiCallView, AiSystemView, ChooseForSession, EditAiSystem, SessionSystem},
    jobs::JobView,
    notes::{Accepted, EditNote, GiveBackNote, NewAddendum, NewDraft, NewNote, NoteSummary, NoteView},
    page::Page,
    people::{CareTeam, Colleague, EditPerson, InvitationView, Invite, PersonView},
    recordings::{AudioTicket, RecordingView},
    reports::AiSummary,
    templates::TemplateView,
    transcripts::{EditTranscript, TranscriptView, TypedTranscript},
};
use web_sys::{AbortController, AbortSignal};

use super::{Answer, Call, Failure};
use crate::state::Session;

/// A person who has signed in.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn {
    session: Session,
    cancel: Option<StoredValue<AbortController, LocalStorage>>,
}

impl SignedIn {
    /// The client of this session. Pages get theirs from the guard that stands before them.
    pub fn of(session: Session) -> Self {
        Self { session, cancel: None }
    }

    /// The same person, whose requests are given up when `controller` says so.
    #[must_use]
    pub fn until(self, controller: StoredValue<AbortController, LocalStorage>) -> Self {
        Self { cancel: Some(controller), ..self }
    }

    fn signal(self) -> Option<AbortSignal> {
        self.cancel?.try_with_value(AbortController::signal)
    }

    /// Sends a request with the access token; a token that has ended is renewed once, and where the server
    /// wants a fresh second step it is asked for once. Boxed, so that its code exists once and not in every
    /// call.
    pub fn send(self, call: Call) -> Pin<Box<dyn Future<Output = Result<Answer, Failure>>>> {
        Box::pin(self.send_now(call))
    }

    async fn send_now(self, call: Call) -> Result<Answer, Failure> {
        let call = call.until(self.signal());
        let token = self.session.token().await?;
        let mut answer = call.send(Some(&token)).await;
        if answer.as_ref().is_err_and(Failure::wants_new_token) {
            answer = call.send(Some(&self.session.renew(&token).await?)).await;
        }
        match answer {
            Err(failure) if failure.is(ErrorCode::StepUpRequired) => {
                if !self.session.step_up().ask().await {
                    return Err(failure);
                }
                call.send(Some(&self.session.token().await?)).await
            }
            Err(failure) if failure.is(ErrorCode::Locked) => {
                self.session.hide();
                Err(failure)
            }
            answer => answer,
        }
    }

    pub(super) fn ask<T: DeserializeOwned + 'static>(
        self,
        call: Call,
    ) -> Pin<Box<dyn Future<Output = Result<T, Failure>>>> {
        let answer = self.send(call);
        Box::pin(async move { answer.await?.json().await })
    }

    /// What a call answers, as it is: for pages that read a few of its properties.
    pub fn text(self, call: Call) -> Pin<Box<dyn Future<Output = Result<String, Failure>>>> {
        let answer = self.send(call);
        Box::pin(async move { answer.await?.text().await })
    }

    /// What a call answers, as a file.
    pub fn file(self, call: Call) -> Pin<Box<dyn Future<Output = Result<web_sys::Blob, Failure>>>> {
        let answer = self.send(call);
        Box::pin(async move { answer.await?.file().await })
    }

    /// Who I am.
    pub async fn me(self) -> Result<Me, Failure> {
        self.ask(Call::get("/me")).await
    }

    /// Ends the session.
    pub async fn logout(self) -> Result<(), Failure> {
        self.send(Call::new("POST", "/auth/logout")).await.map(drop)
    }

    /// A page of clients.
    pub async fn list_clients(self, cursor: Option<String>) -> Result<Page<ClientView>, Failure> {
        self.ask(Call::get(paged("/clients?limit=200", cursor))).await
    }

    /// The clients who are meant by what was typed, as many as one page holds.
    pub async fn find_clients(self, typed: &str) -> Result<Page<ClientView>, Failure> {
        let typed = String::from(js_sys::encode_uri_component(typed));
        self.ask(Call::get(format!("/clients?limit=200&q={typed}"))).await
    }

    /// Adds a client.
    pub async fn create_client(self, form: &NewClient) -> Result<ClientView, Failure> {
        self.ask(Call::post("/clients").json(form)).await
    }

    /// One client.
    pub async fn load_client(self, id: ClientId) -> Result<ClientView, Failure> {
        self.ask(Call::get(format!("/clients/{id}"))).await
    }

    /// Changes a client.
    pub async fn edit_client(self, id: ClientId, form: &EditClient) -> Result<ClientView, Failure> {
        self.ask(Call::new("PATCH", format!("/clients/{id}")).json(form)).await
    }

    /// Who is in care of a client.
    pub async fn list_care_team(self, id: ClientId) -> Result<CareTeam, Failure> {
        self.ask(Call::get(format!("/clients/{id}/care-team"))).await
    }

    /// Whom one can share a client with.
    pub async fn list_colleagues(self) -> Result<Page<Colleague>, Failure> {
        self.ask(Call::get("/colleagues?limit=200")).await
    }

    /// Puts something at an address, or takes it away.
    pub fn set_there(self, there: bool, path: String) -> impl Future<Output = Result<(), Failure>> + 'static {
        let sent = self.send(Call::new(if there { "PUT" } else { "DELETE" }, path));
        async move { sent.await.map(drop) }
    }

    /// A client's consents.
    pub async fn list_consents(self, id: ClientId) -> Result<Page<ConsentView>, Failure> {
        self.ask(Call::get(format!("/clients/{id}/consents?limit=200"))).await
    }

    /// Records a consent.
    pub async fn record_consent(self, id: ClientId, form: &NewConsent) -> Result<ConsentView, Failure> {
        self.ask(Call::post(format!("/clients/{id}/consents")).json(form)).await
    }

    /// Takes a consent back.
    pub async fn revoke_consent(self, id: ConsentId) -> Result<ConsentView, Failure> {
        self.ask(Call::post(format!("/consents/{id}/revoke"))).await
    }

    /// A client's sessions.
    pub async fn list_encounters(
        self,
        client: ClientId,
        cursor: Option<String>,
    ) -> Result<Page<EncounterView>, Failure> {
        self.ask(Call::get(paged(&format!("/encounters?client_id={client}&limit=50"), cursor))).await
    }

    /// Adds a session.
    pub async fn create_encounter(self, form: &NewEncounter) -> Result<EncounterView, Failure> {
        self.ask(Call::post("/encounters").json(form)).await
    }

    /// One session.
    pub async fn load_encounter(self, id: EncounterId) -> Result<EncounterView, Failure> {
        self.ask(Call::get(format!("/encounters/{id}"))).await
    }

    /// Changes a session.
    pub async fn edit_encounter(
        self,
        id: EncounterId,
        form: &EditEncounter,
    ) -> Result<EncounterView, Failure> {
        self.ask(Call::new("PATCH", format!("/encounters/{id}")).json(form)).await
    }

    /// A recording: its state and picture, not its sound.
    pub async fn load_recording(self, id: RecordingId) -> Result<RecordingView, Failure> {
        self.ask(Call::get(format!("/recordings/{id}"))).await
    }

    /// Opens a recording's sound to an `<audio>` element for a while.
    pub async fn audio_ticket(self, id: RecordingId) -> Result<AudioTicket, Failure> {
        self.ask(Call::new("POST", format!("/recordings/{id}/audio-ticket"))).await
    }

    /// A session's transcript.
    pub async fn load_transcript(self, id: EncounterId) -> Result<TranscriptView, Failure> {
        self.ask(Call::get(format!("/encounters/{id}/transcript"))).await
    }

    /// Corrects a transcript.
    pub async fn edit_transcript(
        self,
        id: EncounterId,
        revision: i32,
        form: &EditTranscript,
    ) -> Result<TranscriptView, Failure> {
        self.ask(Call::new("PATCH", format!("/encounters/{id}/transcript")).if_match(revision).json(form))
            .await
    }

    /// Types what was said in a session without sound. Only where there is no transcript yet.
    pub async fn type_transcript(
        self,
        id: EncounterId,
        form: &TypedTranscript,
    ) -> Result<TranscriptView, Failure> {
        let call = Call::new("PUT", format!("/encounters/{id}/transcript"));
        self.ask(call.header("If-None-Match", "*").json(form)).await
    }

    /// The note formats.
    pub async fn list_templates(self) -> Result<Page<TemplateView>, Failure> {
        self.ask(Call::get("/templates")).await
    }

    /// Asks for a draft.
    pub async fn draft(self, id: EncounterId, form: &NewDraft) -> Result<Accepted, Failure> {
        self.ask(Call::post(format!("/encounters/{id}/drafts")).json(form)).await
    }

    /// How far a job is.
    pub async fn load_job(self, id: JobId) -> Result<JobView, Failure> {
        self.ask(Call::get(format!("/jobs/{id}"))).await
    }

    /// Tries a failed job again.
    pub async fn retry_job(self, id: JobId) -> Result<JobView, Failure> {
        self.ask(Call::post(format!("/jobs/{id}/retry"))).await
    }

    /// A session's notes.
    pub async fn list_notes(self, encounter: EncounterId) -> Result<Page<NoteSummary>, Failure> {
        self.ask(Call::get(format!("/notes?encounter_id={encounter}&limit=200"))).await
    }

    /// A client's notes.
    pub async fn list_notes_of(self, client: ClientId) -> Result<Page<NoteSummary>, Failure> {
        self.ask(Call::get(format!("/notes?client_id={client}&limit=200"))).await
    }

    /// Begins an empty note.
    pub async fn create_note(self, form: &NewNote) -> Result<NoteView, Failure> {
        self.ask(Call::post("/notes").json(form)).await
    }

    /// One note.
    pub async fn load_note(self, id: NoteId) -> Result<NoteView, Failure> {
        self.ask(Call::get(format!("/notes/{id}"))).await
    }

    /// Changes a note.
    pub async fn edit_note(self, id: NoteId, revision: i32, form: &EditNote) -> Result<NoteView, Failure> {
        self.ask(Call::new("PATCH", format!("/notes/{id}")).if_match(revision).json(form)).await
    }

    /// Signs a note (`sign`), or signs it as well (`co-sign`), with the own password or, without one, with a
    /// passkey.
    pub async fn sign_note(
        self,
        id: NoteId,
        revision: i32,
        act: &str,
        password: Option<String>,
    ) -> Result<NoteView, Failure> {
        let proof = self.own_proof("signature", password).await?;
        self.ask(Call::post(format!("/notes/{id}/{act}")).if_match(revision).text(&proof)).await
    }

    /// Gives a note back to whoever signed it.
    pub async fn give_back_note(
        self,
        id: NoteId,
        revision: i32,
        form: &GiveBackNote,
    ) -> Result<NoteView, Failure> {
        self.ask(Call::post(format!("/notes/{id}/give-back")).if_match(revision).json(form)).await
    }

    /// Notes that wait for a second signature, of those one sees.
    pub async fn list_waiting_notes(self) -> Result<Page<NoteSummary>, Failure> {
        self.ask(Call::get("/notes?status=awaiting_co_signature&limit=200")).await
    }

    /// Adds to a signed note.
    pub async fn add_addendum(self, id: NoteId, form: &NewAddendum) -> Result<NoteView, Failure> {
        self.ask(Call::post(format!("/notes/{id}/addenda")).json(form)).await
    }

    /// The practice's AI systems.
    pub async fn list_systems(self) -> Result<Page<AiSystemView>, Failure> {
        self.ask(Call::get("/governance/systems?limit=200")).await
    }

    /// Switches an AI system.
    pub async fn switch_system(self, id: AiSystemId, form: &EditAiSystem) -> Result<AiSystemView, Failure> {
        self.ask(Call::new("PATCH", format!("/governance/systems/{id}")).json(form)).await
    }

    /// What laws ask of AI, and what the practice has ordered.
    pub async fn list_ai_rules(self) -> Result<PlaceRules, Failure> {
        self.ask(Call::get("/governance/rules")).await
    }

    /// What AI did; `span` is nothing, or `?` and days.
    pub async fn summarise_ai_use(self, span: String) -> Result<AiSummary, Failure> {
        self.ask(Call::get(format!("/governance/summary{span}"))).await
    }

    /// Whether an AI system might be called now.
    pub async fn explain_system(self, id: AiSystemId) -> Result<AiDecision, Failure> {
        self.ask(Call::get(format!("/governance/systems/{id}/decision"))).await
    }

    /// The AI systems that may be used for a session.
    pub async fn list_session_systems(self, id: EncounterId) -> Result<Page<SessionSystem>, Failure> {
        self.ask(Call::get(format!("/encounters/{id}/ai-systems"))).await
    }

    /// Chooses one of them for it.
    pub async fn choose_session_system(
        self,
        id: EncounterId,
        form: &ChooseForSession,
    ) -> Result<Page<SessionSystem>, Failure> {
        self.ask(Call::new("PUT", format!("/encounters/{id}/ai-systems")).json(form)).await
    }

    /// The ledger of AI calls.
    pub async fn list_calls(self, cursor: Option<String>) -> Result<Page<AiCallView>, Failure> {
        self.ask(Call::get(paged("/governance/calls?limit=50", cursor))).await
    }

    /// The audit trail; `filter` is nothing, or `&` before each filter.
    pub async fn list_audit_events(
        self,
        filter: &str,
        cursor: Option<String>,
    ) -> Result<Page<AuditEventView>, Failure> {
        self.ask(Call::get(paged(&format!("/audit/events?limit=50{filter}"), cursor))).await
    }

    /// Compares the audit trail with its chain.
    pub async fn verify_audit(self) -> Result<TrailReport, Failure> {
        self.ask(Call::post("/audit/verify")).await
    }

    /// For how long the audit trail is kept.
    pub async fn load_trail_retention(self) -> Result<TrailRetention, Failure> {
        self.ask(Call::get("/audit/retention")).await
    }

    /// A page of the practice's people.
    pub async fn list_people(self, cursor: Option<String>) -> Result<Page<PersonView>, Failure> {
        self.ask(Call::get(paged("/users?limit=50", cursor))).await
    }

    /// Changes what somebody may do.
    pub async fn edit_person(self, id: UserId, form: &EditPerson) -> Result<PersonView, Failure> {
        self.ask(Call::new("PATCH", format!("/users/{id}")).json(form)).await
    }

    /// Who is invited.
    pub async fn list_invitations(self) -> Result<Page<InvitationView>, Failure> {
        self.ask(Call::get("/invitations")).await
    }

    /// Invites somebody.
    pub async fn invite(self, form: &Invite) -> Result<InvitationView, Failure> {
        self.ask(Call::post("/invitations").json(form)).await
    }

    /// Takes an invitation back.
    pub async fn revoke_invitation(self, id: InvitationId) -> Result<(), Failure> {
        self.send(Call::new("DELETE", format!("/invitations/{id}"))).await.map(drop)
    }
}

fn paged(path: &str, cursor: Option<String>) -> String {
    cursor.map_or_else(|| path.to_owned(), |cursor| format!("{path}&cursor={cursor}"))
}
