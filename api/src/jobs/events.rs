//! `GET /events`: what happens, as it happens (server-sent events). Works across processes, because it
//! reads what changed from the database; costs one small query a moment for each listener. Whoever is
//! signed out, or may no longer see it, hears no more from then on.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use access::{AccessError, Actor, Granted, perm};
use actix_web::{HttpRequest, HttpResponse, get, web};
use audit::{Action, Event};
use bytes::Bytes;
use futures_util::stream;
use scribe::jobs::{Cursor, Watch};
use shared::{errors::Problem, jobs::JobView};
use tokio::time::Instant;

use crate::{
    App, Refusal,
    extract::{Require, bearer},
};

const PAUSE: Duration = Duration::from_millis(400);
/// Proxies end connections on which nothing is sent.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The events of the practice: `job`, with how far a job is. `Last-Event-ID` goes on from there.
#[utoipa::path(
    operation_id = "open_events",
    tag = "jobs",
    responses(
        (status = 200, description = "A stream of `event: job` with a JobView each", content_type = "text/event-stream"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("jobs.read")))
)]
#[get("/events")]
pub async fn events(
    app: web::Data<App>,
    who: Require<perm::ReadJobs>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    app.record(who.actor.clone(), Event::general(Action::EventsOpened)).await?;
    let last = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let listener = Listener {
        watch: Watch::from(last.unwrap_or_else(|| Cursor::now(app.database.clock().now()))),
        token: bearer(&request).unwrap_or_default().to_owned(),
        app: app.get_ref().clone(),
        actor: who.actor,
        waiting: VecDeque::new(),
        spoke: None,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::unfold(listener, next)))
}

struct Listener {
    app: App,
    actor: Actor,
    /// What was shown when it was opened: a key is asked for by it.
    token: String,
    watch: Watch,
    waiting: VecDeque<(Cursor, JobView)>,
    spoke: Option<Instant>,
}

/// The next bytes for a listener; `None` when there will be no more.
async fn next(mut listener: Listener) -> Option<(Result<Bytes, Infallible>, Listener)> {
    loop {
        let granted = listener.still_may().await?;
        if let Some((place, job)) = listener.waiting.pop_front() {
            listener.spoke = Some(Instant::now());
            let data = serde_json::to_string(&job).ok()?;
            let event = format!("id: {place}\nevent: job\ndata: {data}\n\n");
            return Some((Ok(Bytes::from(event)), listener));
        }
        if listener.spoke.is_none_or(|spoke| spoke.elapsed() >= HEARTBEAT) {
            listener.spoke = Some(Instant::now());
            return Some((Ok(Bytes::from_static(b": here\n\n")), listener));
        }
        listener.waiting = listener.ask(granted).await.ok()?.into();
        if listener.waiting.is_empty() {
            tokio::select! {
                () = listener.app.stopping.cancelled() => return None,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}

impl Listener {
    /// Asked as for every request of theirs: what ends a sign-in or changes a role ends this too.
    async fn still_may(&mut self) -> Option<Granted<perm::ReadJobs>> {
        let (lookup, request) = (self.app.database.lookup(), self.actor.request());
        let now = match self.actor.as_person() {
            Some(person) => identity::resolve(&lookup, person.session_id, request).await,
            None => identity::api_keys::resolve(&lookup, &self.token, request).await,
        };
        self.actor = now.ok()?;
        self.actor.require().ok()
    }

    async fn ask(&mut self, granted: Granted<perm::ReadJobs>) -> Result<Vec<(Cursor, JobView)>, AccessError> {
        let tx = self.app.database.begin_reading(self.actor.clone()).await?;
        let changes = self.watch.changes(&tx, granted).await;
        tx.end().await?;
        changes
    }
}
