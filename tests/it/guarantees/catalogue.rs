//! Every operation once, in an order in which each can succeed: what is sent, what comes back, and
//! which event it leaves in the audit trail.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use tests::{PASSWORD, silence};

use super::world::World;

/// What is sent.
pub enum Body {
    None,
    Json(Value),
    Bytes(&'static str, Vec<u8>),
}

/// One operation in the story.
pub struct Step {
    /// As in the description of the API.
    pub operation: &'static str,
    /// Headers beside `Authorization`, `Content-Type` and `If-Match`.
    pub headers: fn(&World) -> Vec<(&'static str, String)>,
    /// Whether it takes `If-Match`.
    pub takes_if_match: bool,
    pub body: fn(&World) -> Body,
    /// The status for somebody who may.
    pub status: u16,
    /// The word in the audit trail; empty where nothing about a practice is read or changed.
    pub action: &'static str,
    /// Nouns whose ids the answer gives, and where.
    pub keeps: &'static [(&'static str, &'static str)],
}

fn step(operation: &'static str, status: u16, action: &'static str) -> Step {
    Step {
        operation,
        headers: |_| Vec::new(),
        takes_if_match: false,
        body: |_| Body::None,
        status,
        action,
        keeps: &[],
    }
}

impl Step {
    fn json(self, body: fn(&World) -> Body) -> Self {
        Self { body, ..self }
    }

    fn headers(self, headers: fn(&World) -> Vec<(&'static str, String)>) -> Self {
        Self { headers, ..self }
    }

    fn if_match(self) -> Self {
        Self { takes_if_match: true, ..self }
    }

    fn keeps(self, keeps: &'static [(&'static str, &'static str)]) -> Self {
        Self { keeps, ..self }
    }
}

/// The version header of tus, and where the upload belongs.
fn tus(world: &World) -> Vec<(&'static str, String)> {
    let name = world.text("file_name", "session.wav");
    let metadata =
        [("encounter_id", world.id("encounters")), ("filename", name), ("filetype", "audio/wav".into())]
            .map(|(key, value)| format!("{key} {}", BASE64.encode(value)))
            .join(",");
    vec![
        ("tus-resumable", "1.0.0".to_owned()),
        ("upload-length", silence(1).len().to_string()),
        ("upload-metadata", metadata),
    ]
}

/// The story.
pub fn catalogue() -> Vec<Step> {
    [
        operations(),
        accounts(),
        practice(),
        people(),
        single_sign_on(),
        clients(),
        recorded(),
        typed(),
        requests(),
        amendments(),
        disclosures(),
        retention(),
        governance(),
        ends(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn operations() -> Vec<Step> {
    vec![step("GET /health", 200, ""), step("GET /health/detailed", 200, ""), step("GET /metrics", 200, "")]
}

fn accounts() -> Vec<Step> {
    vec![
        // The story begins registered: on the embedded database a second practice is refused.
        step("POST /api/v1/auth/register", 422, "").json(|_| {
            Body::Json(json!({ "practice_name": "Another", "name": "Somebody", "email": "not an address",
                "password": PASSWORD, "jurisdiction": "US-CA" }))
        }),
        step("POST /api/v1/auth/login", 200, "signed_in").json(|world| {
            let email = world.text("user_email", "vera@practice.example");
            Body::Json(json!({ "email": email, "password": PASSWORD }))
        }),
        step("POST /api/v1/auth/refresh", 200, "session_refreshed")
            .headers(|world| vec![("cookie", format!("refresh={}", world.cookie))]),
        step("GET /api/v1/me", 200, "account_read"),
        // Each code is of a later step than the one before: none is taken twice.
        step("POST /api/v1/me/second-factors/totp", 200, "second_factor_begun")
            .keeps(&[("totp", "/secret")])
            .json(|_| Body::Json(json!({ "password": PASSWORD }))),
        step("POST /api/v1/me/second-factors/totp/confirm", 200, "second_factor_added")
            .json(|world| Body::Json(json!({ "code": world.code(-1) }))),
        step("GET /api/v1/me/second-factors", 200, "account_read"),
        step("POST /api/v1/auth/step-up", 200, "stepped_up")
            .json(|world| Body::Json(json!({ "method": "totp", "code": world.code(0) }))),
        step("POST /api/v1/me/second-factors/passkey-creation", 200, "second_factor_begun")
            .keeps(&[("account", "/public_key/user/id"), ("question", "/public_key")])
            .json(|_| Body::Json(json!({ "password": PASSWORD }))),
        step("POST /api/v1/me/second-factors/passkeys", 200, "passkey_added").json(|world| {
            let (mut passkey, question) = world.passkey();
            let name = world.text("passkey_name", "My phone");
            Body::Json(json!({ "name": name, "credential": passkey.make(&question) }))
        }),
        step("GET /api/v1/me/second-factors", 200, "account_read").keeps(&[("passkeys", "/passkeys/0/id")]),
        step("PATCH /api/v1/me/second-factors/passkeys/{id}", 204, "passkey_renamed")
            .json(|world| Body::Json(json!({ "name": world.text("passkey_renamed", "Old phone") }))),
        step("POST /api/v1/auth/passkey/challenge", 200, "")
            .keeps(&[("question", "/public_key")])
            .json(|_| Body::Json(json!({}))),
        step("POST /api/v1/auth/passkey", 200, "signed_in").json(|world| {
            let (passkey, question) = world.passkey();
            Body::Json(json!({ "assertion": passkey.answer(&question) }))
        }),
        step("POST /api/v1/me/second-factors/passkey-challenge", 200, "passkey_asked")
            .json(|_| Body::Json(json!({ "purpose": "step_up" }))),
        step("POST /api/v1/me/second-factors/passkeys/{id}/remove", 204, "passkey_removed")
            .json(|_| Body::Json(json!({ "password": PASSWORD }))),
        step("POST /api/v1/me/second-factors/recovery-codes", 200, "recovery_codes_renewed"),
        step("POST /api/v1/auth/login", 200, "second_factor_asked").keeps(&[("mfa", "/mfa_token")]).json(
            |world| {
                let email = world.text("user_email", "vera@practice.example");
                Body::Json(json!({ "email": email, "password": PASSWORD }))
            },
        ),
        step("POST /api/v1/auth/mfa", 200, "signed_in").json(|world| {
            Body::Json(json!({ "mfa_token": world.id("mfa"), "method": "totp", "code": world.code(1) }))
        }),
        step("POST /api/v1/auth/lock", 204, "session_locked"),
        step("POST /api/v1/auth/unlock", 204, "session_unlocked")
            .json(|_| Body::Json(json!({ "password": PASSWORD }))),
        // Of an account, the mail would be written after the answer; the claims on resets wait for it.
        step("POST /api/v1/auth/password-reset", 202, "").json(|world| {
            Body::Json(json!({ "email": world.text("reset_email", "nobody") + "@nowhere.example" }))
        }),
        step("POST /api/v1/auth/password-reset/confirm", 410, "")
            .json(|_| Body::Json(json!({ "token": "nonsense", "new_password": PASSWORD }))),
        step("GET /api/v1/sessions", 200, "sessions_listed").keeps(&[("sessions", "/items/0/id")]),
        step("DELETE /api/v1/sessions/{id}", 204, "session_ended"),
        step("DELETE /api/v1/sessions", 204, "other_sessions_ended"),
        step("GET /api/v1/me/practices", 200, "practices_listed"),
        // The claims on several practices join and switch.
        step("POST /api/v1/me/practices", 410, "")
            .json(|_| Body::Json(json!({ "token": "nonsense", "password": PASSWORD }))),
        step("POST /api/v1/auth/switch", 404, "practice_left")
            .json(|world| Body::Json(json!({ "practice_id": world.id("nowhere") }))),
        step("PUT /api/v1/me/password", 204, "password_changed")
            .json(|_| Body::Json(json!({ "password": PASSWORD, "new_password": PASSWORD }))),
        // An owner keeps it.
        step("POST /api/v1/me/second-factors/totp/remove", 409, "second_factor_removed")
            .json(|_| Body::Json(json!({ "password": PASSWORD }))),
    ]
}

fn practice() -> Vec<Step> {
    vec![
        step("GET /api/v1/practice", 200, "practice_read"),
        step("PATCH /api/v1/practice", 200, "practice_edited")
            .if_match()
            .keeps(&[("practice_name", "/name")])
            .json(|world| {
                Body::Json(json!({ "name": world.text("practice_renamed", "Lindenhof"), "locale": "en-GB" }))
            }),
    ]
}

fn people() -> Vec<Step> {
    vec![
        step("POST /api/v1/roles", 201, "role_created").keeps(&[("roles", "/id")]).json(|world| {
            let name = world.text("role_name", "Intake");
            Body::Json(json!({ "name": name, "base": "front_desk", "permissions": ["clients.read"] }))
        }),
        step("GET /api/v1/roles", 200, "roles_listed"),
        step("PATCH /api/v1/roles/{id}", 200, "role_edited")
            .json(|_| Body::Json(json!({ "permissions": ["clients.read", "encounters.read"] }))),
        step("GET /api/v1/access-reviews", 200, "access_reviews_listed")
            .keeps(&[("access-reviews", "/items/0/id")]),
        step("POST /api/v1/access-reviews/{id}", 204, "access_reviewed").json(|world| {
            Body::Json(json!({ "decision": "keep", "note": world.text("review_note", "As before.") }))
        }),
        step("GET /api/v1/activity-findings", 200, "activity_findings_listed"),
        // Nothing was found yet; the claims on activity decide.
        step("POST /api/v1/activity-findings/{id}/decision", 404, "activity_finding_decided")
            .json(|_| Body::Json(json!({ "decision": "fine" }))),
        step("GET /api/v1/users", 200, "people_listed").keeps(&[
            ("users", "/items/0/id"),
            ("supervisors", "/items/0/id"),
            ("care-team", "/items/0/id"),
        ]),
        step("GET /api/v1/colleagues", 200, "colleagues_listed"),
        // The owner is alone, and nobody supervises themselves.
        step("PUT /api/v1/users/{id}/supervisors/{supervisor_id}", 409, "supervision_begun"),
        step("DELETE /api/v1/users/{id}/supervisors/{supervisor_id}", 404, "supervision_ended"),
        // The owner, who stays one.
        step("PATCH /api/v1/users/{id}", 200, "role_changed")
            .json(|_| Body::Json(json!({ "role": "owner" }))),
        step("POST /api/v1/invitations", 201, "person_invited").keeps(&[("invitations", "/id")]).json(
            |world| {
                let name = world.text("invited_email", "robin");
                let email = format!("{name}-{}@practice.example", world.id("users"));
                Body::Json(json!({ "email": email, "role": "clinician" }))
            },
        ),
        step("GET /api/v1/invitations", 200, "invitations_listed"),
        // The token is in the mail; the claims on people open it.
        step("POST /api/v1/auth/invitations/read", 410, "")
            .json(|_| Body::Json(json!({ "token": "nonsense" }))),
        step("POST /api/v1/auth/invitations/accept", 410, "").json(|world| {
            let name = world.text("joining_name", "Robin");
            Body::Json(json!({ "token": "nonsense", "name": name, "password": PASSWORD }))
        }),
        step("DELETE /api/v1/invitations/{id}", 204, "invitation_revoked"),
        step("POST /api/v1/api-keys", 201, "api_key_created").keeps(&[("api-keys", "/api_key/id")]).json(
            |world| {
                let name = world.text("api_key_name", "the calendar");
                Body::Json(json!({ "name": name, "permissions": ["encounters.read"], "days": 30 }))
            },
        ),
        step("GET /api/v1/api-keys", 200, "api_keys_listed"),
        step("POST /api/v1/api-keys/{id}/renew", 200, "api_key_renewed"),
        step("DELETE /api/v1/api-keys/{id}", 204, "api_key_revoked"),
        step("DELETE /api/v1/roles/{id}", 204, "role_removed"),
    ]
}

fn single_sign_on() -> Vec<Step> {
    let settings = |world: &World| {
        let domain = format!("{}.example", world.id("users"));
        Body::Json(json!({ "kind": "oidc", "name": "Harbour", "issuer": "https://127.0.0.1:9",
            "client_id": "mindscribe", "client_secret": "a secret", "domains": [domain],
            "default_role": "clinician" }))
    };
    vec![
        step("POST /api/v1/sso/connections", 201, "sso_connection_added")
            .keeps(&[("connections", "/id")])
            .json(settings),
        step("GET /api/v1/sso/connections", 200, "sso_connections_listed"),
        step("PUT /api/v1/sso/connections/{id}", 200, "sso_connection_edited").json(settings),
        // Nobody may make this server ask itself.
        step("POST /api/v1/sso/connections/{id}/check", 200, "sso_connection_checked"),
        // An address that no connection names; the claims on single sign-on go through.
        step("POST /api/v1/auth/sso/begin", 200, "")
            .json(|_| Body::Json(json!({ "email": "somebody@nowhere.example" }))),
        step("GET /api/v1/auth/sso/callback", 303, ""),
        step("POST /api/v1/webhooks/workos", 401, "").json(|_| Body::Json(json!({}))),
        step("DELETE /api/v1/sso/connections/{id}", 204, "sso_connection_removed"),
    ]
}

fn clients() -> Vec<Step> {
    vec![
        step("POST /api/v1/clients", 201, "client_created").keeps(&[("clients", "/id")]).json(|world| {
            Body::Json(json!({
                "given_name": world.text("given_name", "Mara"),
                "family_name": world.text("family_name", "Quint"),
                "date_of_birth": "1987-05-04",
                "email": world.text("client_email", "mara") + "@client.example",
                "phone": world.text("phone", "+1 555 0100"),
                "pronouns": world.text("pronouns", "she/her"),
                "external_id": world.text("external_id", "EX-1"),
            }))
        }),
        step("GET /api/v1/clients", 200, "clients_listed"),
        step("GET /api/v1/clients/{id}", 200, "client_read"),
        step("GET /api/v1/clients/{id}/readers", 200, "readers_listed"),
        step("POST /api/v1/emergency-access/search", 200, "emergency_searched")
            .json(|world| Body::Json(json!({ "external_id": world.text("external_id", "EX-1") }))),
        // Whoever tells the story owns the practice and sees everybody; the claims on emergencies open a chart.
        step("POST /api/v1/clients/{id}/emergency-access", 409, "emergency_begun").json(|world| {
            let reason = world.text("emergency_reason", "They called from a bridge.");
            Body::Json(json!({ "reason": reason }))
        }),
        step("GET /api/v1/me/emergency-access", 200, "emergencies_listed"),
        step("GET /api/v1/emergency-access", 200, "emergencies_listed"),
        step("POST /api/v1/emergency-access/{id}/end", 404, "emergency_ended"),
        step("POST /api/v1/emergency-access/{id}/attestation", 404, "emergency_attested")
            .json(|_| Body::Json(json!({ "text": "Read the safety plan." }))),
        step("POST /api/v1/emergency-access/{id}/decision", 404, "emergency_decided")
            .json(|_| Body::Json(json!({ "verdict": "justified" }))),
        step("PATCH /api/v1/clients/{id}", 200, "client_edited")
            .json(|world| Body::Json(json!({ "pronouns": world.text("pronouns_edited", "they/them") }))),
        step("PUT /api/v1/clients/{id}/care-team/{user_id}", 204, "care_team_joined"),
        step("GET /api/v1/clients/{id}/care-team", 200, "care_team_read"),
        step("DELETE /api/v1/clients/{id}/care-team/{user_id}", 204, "care_team_left"),
        step("POST /api/v1/clients/{id}/consents", 201, "consent_granted")
            .keeps(&[("consents", "/id")])
            .json(|world| {
                Body::Json(json!({ "kind": "telehealth", "text_version": "2026-11", "method": "verbal",
                    "participants": [world.text("consent_participant", "an interpreter")] }))
            }),
        step("GET /api/v1/clients/{id}/consents", 200, "consents_listed"),
        step("POST /api/v1/consents/{id}/revoke", 200, "consent_revoked"),
    ]
}

/// The session that the story begins with has a live consent: it can be recorded.
fn recorded() -> Vec<Step> {
    vec![
        step("GET /api/v1/encounters", 200, "encounters_listed"),
        step("GET /api/v1/encounters/{id}", 200, "encounter_read"),
        step("PATCH /api/v1/encounters/{id}", 200, "encounter_edited").json(|world| {
            Body::Json(json!({ "setting": "video",
                "participants": [world.text("encounter_participant", "a partner")] }))
        }),
        step("OPTIONS /api/v1/uploads", 204, ""),
        step("POST /api/v1/uploads", 201, "upload_begun")
            .keeps(&[("uploads", "header:location")])
            .headers(tus),
        step("HEAD /api/v1/uploads/{id}", 200, "upload_read").headers(|_| vec![tus_version()]),
        step("PATCH /api/v1/uploads/{id}", 204, "upload_continued")
            .headers(|_| vec![tus_version(), ("upload-offset", "0".to_owned())])
            .json(|_| Body::Bytes("application/offset+octet-stream", silence(1)[..1000].to_vec())),
        step("DELETE /api/v1/uploads/{id}", 204, "upload_ended").headers(|_| vec![tus_version()]),
        step("POST /api/v1/encounters/{id}/recordings", 201, "recording_stored")
            .keeps(&[("recordings", "/id"), ("jobs", "/job_id")])
            .json(|_| Body::Bytes("audio/wav", silence(1))),
        step("GET /api/v1/recordings/{id}", 200, "recording_read"),
        step("POST /api/v1/recordings/{id}/audio-ticket", 200, "recording_read"),
        step("GET /api/v1/recordings/{id}/audio", 200, "recording_heard"),
        step("GET /api/v1/jobs/{id}", 200, "job_read"),
        // The job of a silent recording has ended when these are asked.
        step("POST /api/v1/jobs/{id}/retry", 409, "job_retried"),
        step("POST /api/v1/jobs/{id}/cancel", 409, "job_cancelled"),
        step("POST /api/v1/practice/export", 200, "practice_exported"),
        step("GET /api/v1/practice/export", 200, "practice_exported"),
        step("POST /api/v1/practice/deletion", 201, "deletion_requested")
            .keeps(&[("deletions", "/id")])
            .json(|world| Body::Json(json!({ "practice_name": world.id("practice_name") }))),
        step("GET /api/v1/practice/deletion", 200, "deletion_read"),
        step("GET /api/v1/deletions/{id}", 200, ""),
        step("DELETE /api/v1/practice/deletion", 204, "deletion_withdrawn"),
        step("GET /api/v1/events", 200, "events_opened"),
    ]
}

fn tus_version() -> (&'static str, String) {
    ("tus-resumable", "1.0.0".to_owned())
}

/// A session whose words were typed.
fn typed() -> Vec<Step> {
    vec![
        step("POST /api/v1/encounters", 201, "encounter_created").keeps(&[("encounters", "/id")]).json(
            |world| {
                Body::Json(json!({ "client_ids": [world.id("clients")], "modality": "individual",
                "setting": "video", "participants": [world.text("new_participant", "a parent")] }))
            },
        ),
        step("PUT /api/v1/encounters/{id}/transcript", 201, "transcript_stored")
            .headers(|_| vec![("if-none-match", "*".to_owned())])
            .keeps(&[
                ("segments", "/segments/1/id"),
                ("risk", "/segments/2/id"),
                ("speakers", "/speakers/1/id"),
            ])
            .json(|world| {
                Body::Json(json!({ "lines": [
                    { "role": "therapist", "text": "Did you sleep at all last week?" },
                    { "role": "client", "text": world.text("transcript_line", "About four hours a night.") },
                    { "role": "therapist", "text": "In the film, you say, she had thoughts of suicide." },
                ] }))
            }),
        step("GET /api/v1/encounters/{id}/transcript", 200, "transcript_read"),
        step("PATCH /api/v1/encounters/{id}/transcript", 200, "transcript_edited").if_match().json(|world| {
            Body::Json(json!({ "speakers": [{ "id": world.id("speakers"),
                "label": world.text("speaker_label", "Mara") }] }))
        }),
        step("POST /api/v1/encounters/{id}/drafts", 202, "draft_requested")
            .keeps(&[("jobs", "/job_id")])
            .json(|_| Body::Json(json!({ "template_id": "soap", "source": "transcript" }))),
        step("GET /api/v1/templates", 200, ""),
        step("POST /api/v1/notes", 201, "note_created").keeps(&[("notes", "/id")]).json(|world| {
            Body::Json(json!({ "encounter_id": world.id("encounters"), "template_id": "soap" }))
        }),
        step("GET /api/v1/notes", 200, "notes_listed"),
        step("GET /api/v1/notes/{id}", 200, "note_read"),
        step("PATCH /api/v1/notes/{id}", 200, "note_edited")
            .if_match()
            .json(|world| Body::Json(json!({ "sections": [world.section()] }))),
        step("GET /api/v1/notes/{id}/risk", 200, "note_read"),
        dismissed(),
        step("DELETE /api/v1/notes/{id}/risk/{segment_id}/dismissal", 204, "risk_dismissal_taken_back"),
        dismissed(),
        step("POST /api/v1/notes/{id}/sign", 200, "note_signed")
            .if_match()
            .json(|_| Body::Json(json!({ "password": PASSWORD }))),
        step("POST /api/v1/notes/{id}/addenda", 201, "addendum_added")
            .json(|world| Body::Json(json!({ "text": world.text("addendum", "Called back the next day.") }))),
        step("GET /api/v1/notes/{id}/export", 200, "note_exported"),
        // The owner's signature was enough.
        step("POST /api/v1/notes/{id}/co-sign", 409, "note_co_signed")
            .if_match()
            .json(|_| Body::Json(json!({ "password": PASSWORD }))),
        step("POST /api/v1/notes/{id}/give-back", 409, "note_given_back")
            .if_match()
            .json(|world| Body::Json(json!({ "reason": world.text("given_back", "The plan is missing.") }))),
    ]
}

/// That a line about risk needs no place in the note.
fn dismissed() -> Step {
    step("PUT /api/v1/notes/{id}/risk/{segment_id}/dismissal", 204, "risk_dismissed").json(|world| {
        let words = world.text("dismissal_words", "They told of a film.");
        Body::Json(json!({ "reason": "own_words", "words": words }))
    })
}

/// Requests for the client's records: one that is extended and fulfilled, and one that waits.
fn requests() -> Vec<Step> {
    let receive = |world: &World| {
        let words = world.text("asker_words", "Their daughter, who looks after their affairs.");
        Body::Json(json!({ "asker": "personal_representative", "asker_words": words,
            "received_on": today(), "form": "both" }))
    };
    let path = "POST /api/v1/clients/{id}/record-requests";
    vec![
        step(path, 201, "record_request_received").keeps(&[("record-requests", "/id")]).json(receive),
        step("POST /api/v1/record-requests/{id}/extend", 200, "record_request_extended").json(|world| {
            let reason = world.text("extension_reason", "The chart is in the archive.");
            Body::Json(json!({ "reason": reason, "told_on": today() }))
        }),
        step("GET /api/v1/record-requests/{id}/export", 200, "records_exported"),
        step("POST /api/v1/record-requests/{id}/fulfil", 200, "record_request_fulfilled").json(|world| {
            let words = world.text("handed_over", "Given to them in person.");
            Body::Json(json!({ "words": words }))
        }),
        // It was fulfilled.
        step("POST /api/v1/record-requests/{id}/deny", 409, "record_request_denied").json(|_| {
            Body::Json(json!({ "ground": "endangerment", "words": "It would endanger them.",
                "told_on": today() }))
        }),
        step("POST /api/v1/record-requests/{id}/withdraw", 409, "record_request_withdrawn"),
        step(path, 201, "record_request_received").json(receive),
        step("GET /api/v1/record-requests", 200, "record_requests_listed"),
    ]
}

/// Changes that the client asks for: one of a note, which is extended and accepted, one that is denied, and one that waits.
fn amendments() -> Vec<Step> {
    let receive: fn(&World) -> Body = |world| {
        let change = world.text("amendment_change", "It says four hours; it was six.");
        let reason = world.text("amendment_reason", "I had misremembered.");
        Body::Json(json!({ "change": change, "reason": reason, "received_on": today() }))
    };
    let of_note: fn(&World) -> Body = |world| {
        Body::Json(json!({ "note_id": world.id("notes"), "change": "Six hours.", "reason": "It was six.",
            "received_on": today() }))
    };
    let paper: fn(&World) -> Body = |world| {
        let words = world.text("amendment_statement", "I was there.");
        Body::Json(json!({ "kind": "statement", "words": words, "on": today() }))
    };
    let path = "POST /api/v1/clients/{id}/amendments";
    vec![
        step(path, 201, "amendment_received").keeps(&[("amendments", "/id")]).json(of_note),
        step("POST /api/v1/amendments/{id}/extend", 200, "amendment_extended").json(|world| {
            let reason = world.text("extension_reason", "Whoever wrote it is away.");
            Body::Json(json!({ "reason": reason, "told_on": today() }))
        }),
        step("POST /api/v1/amendments/{id}/accept", 200, "amendment_accepted").json(|world| {
            let words = world.text("amendment_answer", "Six hours a night, as the client says.");
            Body::Json(json!({ "words": words, "told_on": today() }))
        }),
        // It was accepted.
        step("POST /api/v1/amendments/{id}/withdraw", 409, "amendment_withdrawn"),
        step(path, 201, "amendment_received").keeps(&[("amendments", "/id")]).json(receive),
        step("POST /api/v1/amendments/{id}/deny", 200, "amendment_denied").json(|world| {
            let words = world.text("amendment_denial", "It is what you said. You may disagree in writing.");
            Body::Json(json!({ "ground": "accurate_and_complete", "words": words, "told_on": today() }))
        }),
        step("POST /api/v1/amendments/{id}/papers", 200, "amendment_paper_added").json(paper),
        step(path, 201, "amendment_received").json(receive),
        step("GET /api/v1/amendments", 200, "amendments_listed"),
    ]
}

fn disclosure(world: &World) -> Value {
    json!({ "disclosed_on": today(), "recipient": world.text("recipient", "County court"),
        "address": world.text("recipient_address", "1 Harbour Street"),
        "what": world.text("disclosed", "The dates of sessions."), "purpose": "law_enforcement",
        "words": world.text("purpose_words", "Warrant 12/2026."),
        "frequency": world.text("frequency", "weekly"), "last_on": today(), "suspended_until": today(),
        "suspended_words": world.text("suspended_words", "Detective Lund, in writing.") })
}

/// What was disclosed about the client: one entry that is corrected, and the accounting.
fn disclosures() -> Vec<Step> {
    vec![
        step("POST /api/v1/clients/{id}/disclosures", 201, "disclosure_recorded")
            .keeps(&[("disclosures", "/id")])
            .json(|world| Body::Json(disclosure(world))),
        step("POST /api/v1/disclosures/{id}/correct", 201, "disclosure_corrected")
            .keeps(&[("disclosures", "/id")])
            .json(|world| Body::Json(json!({ "instead": disclosure(world) }))),
        step("GET /api/v1/clients/{id}/disclosures", 200, "disclosures_listed"),
        step("GET /api/v1/clients/{id}/disclosures/accounting", 200, "disclosures_accounted"),
    ]
}

/// A hold on the client that is released, and a deletion that is withdrawn.
fn retention() -> Vec<Step> {
    vec![
        step("POST /api/v1/clients/{id}/legal-holds", 201, "legal_hold_placed")
            .keeps(&[("legal-holds", "/id")])
            .json(|world| Body::Json(json!({ "reason": world.text("hold_reason", "A subpoena came.") }))),
        step("GET /api/v1/legal-holds", 200, "legal_holds_listed"),
        step("GET /api/v1/clients/{id}/retention", 200, "retention_read"),
        step("POST /api/v1/legal-holds/{id}/release", 200, "legal_hold_released")
            .json(|world| Body::Json(json!({ "reason": world.text("hold_release", "The case is over.") }))),
        step("POST /api/v1/clients/{id}/deletion", 201, "client_deletion_requested")
            .keeps(&[("client-deletions", "/id")])
            .json(|world| {
                let name =
                    format!("{} {}", world.text("given_name", "Mara"), world.text("family_name", "Quint"));
                Body::Json(json!({ "ground": "other", "client_name": name,
                    "words": world.text("deletion_words", "They asked for it.") }))
            }),
        step("GET /api/v1/client-deletions", 200, "client_deletions_listed"),
        step("GET /api/v1/client-deletions/{id}", 200, "client_deletions_listed"),
        step("POST /api/v1/client-deletions/{id}/withdraw", 200, "client_deletion_withdrawn")
            .json(|world| Body::Json(json!({ "reason": world.text("kept_because", "They may come back.") }))),
        step("GET /api/v1/retention", 200, "retention_rules_read"),
        step("POST /api/v1/retention/preview", 200, "retention_previewed").json(|_| {
            Body::Json(json!({ "chart_rule": chart_rule(), "recording_days": 1, "transcript_days": 1 }))
        }),
        step("PUT /api/v1/retention/chart-rule", 200, "chart_rule_saved")
            .json(|_| Body::Json(json!({ "rule": chart_rule() }))),
        step("DELETE /api/v1/retention/chart-rule", 200, "chart_rule_withdrawn"),
    ]
}

fn chart_rule() -> serde_json::Value {
    json!({ "years": 10, "minors": { "age_of_majority": 18, "years": 10 } })
}

/// Where the server's clock begins in these tests.
fn today() -> String {
    SystemClock.now().date_naive().to_string()
}

fn governance() -> Vec<Step> {
    vec![
        step("GET /api/v1/governance/systems", 200, "ai_systems_listed").keeps(&[("systems", "/items/0/id")]),
        step("PATCH /api/v1/governance/systems/{id}", 200, "ai_system_switched")
            .json(|_| Body::Json(json!({ "state": "live" }))),
        step("POST /api/v1/governance/systems", 201, "ai_system_registered")
            .keeps(&[("systems", "/id")])
            .json(|_| {
                Body::Json(json!({ "name": "Letters", "vendor": "Cloud of words", "model": "words-1",
                "address": "https://words.example.com/v1", "used_for": "First versions of letters" }))
            }),
        step("PUT /api/v1/governance/systems/{id}/key", 204, "ai_system_key_replaced")
            .json(|_| Body::Json(json!({ "key": "sk-1" }))),
        // It is off.
        step("POST /api/v1/ai/chat/completions", 409, "ai_call_refused").json(|world| {
            let words = world.text("ai_question", "Write to the school of Ada Marsh.");
            Body::Json(json!({ "model": "own-letters", "messages": [{ "role": "user", "content": words }],
                "metadata": { "synthetic": "true" } }))
        }),
        step("GET /api/v1/ai/models", 200, "ai_systems_listed"),
        step("GET /api/v1/governance/calls", 200, "ai_calls_listed"),
        step("GET /api/v1/governance/systems/{id}/decision", 200, "ai_decision_asked"),
        step("GET /api/v1/governance/summary", 200, "ai_use_read"),
        step("POST /api/v1/governance/report", 200, "ai_report_opened"),
        step("GET /api/v1/governance/report", 200, "ai_report_made"),
        step("GET /api/v1/governance/rules", 200, "ai_rules_listed").keeps(&[("rules", "/rules/0/rule/key")]),
        step("PUT /api/v1/governance/rules/{key}/set-aside", 200, "ai_rule_set_aside")
            .json(|_| Body::Json(json!({ "reason": "Counsel says so" }))),
        step("DELETE /api/v1/governance/rules/{key}/set-aside", 204, "ai_rule_holds_again"),
        step("PUT /api/v1/governance/stop", 200, "ai_stopped")
            .json(|_| Body::Json(json!({ "reason": "Something odd was heard" }))),
        step("DELETE /api/v1/governance/stop", 204, "ai_allowed_again"),
        step("POST /api/v1/governance/incidents", 201, "incident_opened")
            .keeps(&[("incidents", "/id")])
            .json(|world| {
                Body::Json(json!({ "kind": "wrong_recipient", "severity": "medium",
                    "what": world.text("incident_what", "A letter went to a neighbour."),
                    "discovered_at": format!("{}T00:00:00Z", today()), "acts_as": "covered_entity" }))
            }),
        step("GET /api/v1/governance/incidents", 200, "incidents_listed"),
        step("GET /api/v1/governance/incidents/{id}", 200, "incident_read"),
        step("GET /api/v1/governance/incidents/{id}/file", 200, "incident_exported"),
        step("POST /api/v1/governance/incidents/{id}/entries", 200, "incident_continued").json(|world| {
            let words = world.text("incident_note", "The neighbour brought it back.");
            Body::Json(json!({ "entry": "noted", "words": words }))
        }),
        step("GET /api/v1/encounters/{id}/ai-systems", 200, "session_systems_listed"),
        step("PUT /api/v1/encounters/{id}/ai-systems", 200, "session_system_chosen")
            .json(|_| Body::Json(json!({ "purpose": "drafting", "system_id": null }))),
        step("GET /api/v1/audit/events", 200, "audit_read"),
        step("GET /api/v1/audit/affected", 200, "affected_listed"),
        step("GET /api/v1/audit/retention", 200, "audit_read"),
        step("POST /api/v1/audit/export", 200, "audit_export_opened"),
        step("GET /api/v1/audit/export", 200, "audit_exported"),
        step("GET /api/v1/signing-key", 200, ""),
        step("POST /api/v1/audit/verify", 200, "audit_verified"),
    ]
}

fn ends() -> Vec<Step> {
    vec![step("POST /api/v1/auth/logout", 204, "signed_out")]
}
