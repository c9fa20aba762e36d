//! Who acts, and with which permission. A handler that names `Require<perm::X>` cannot run without it.

use std::{future::Future, pin::Pin};

use access::{Actor, perm::Demand};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use audit::{Action, Event};
use identity::api_keys;
use shared::errors::ErrorCode;
use tokio::time::Instant;

use super::order::others_wait;
use crate::{
    App, Refusal,
    middleware::{counted, current_request},
};

/// A signed-in person, or a key, with permission `P`, or with both of `(P, Q)`. A handler names it once: each
/// asks the database who is there, and records a refusal.
pub struct Require<P: Demand, const EVEN_LOCKED: bool = false> {
    /// Who.
    pub actor: Actor,
    /// The proof.
    pub granted: P::Proof,
}

/// A signed-in person, whatever their role, and no key: for what is about themselves.
pub struct Anyone<const EVEN_LOCKED: bool = false> {
    /// Who.
    pub actor: Actor,
}

/// As [`Require`], also while their sign-in is locked: for what must go on then, which is a recording.
pub type RequireEvenLocked<P> = Require<P, true>;

/// As [`Anyone`], also while their sign-in is locked: for unlocking it, and signing out.
pub type AnyoneEvenLocked = Anyone<true>;

impl<P: Demand, const EVEN_LOCKED: bool> FromRequest for Require<P, EVEN_LOCKED> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        let known = others_wait(&request);
        Box::pin(async move {
            let _until_here = known;
            let (app, actor) = signed_in(&request, EVEN_LOCKED).await?;
            match P::prove(&actor) {
                Ok(granted) => Ok(Self { actor, granted }),
                Err(forbidden) => {
                    let refused = Event::general(Action::AccessRefused).refused(forbidden.code());
                    app.record(actor, refused).await?;
                    Err(forbidden.into())
                }
            }
        })
    }
}

impl<const EVEN_LOCKED: bool> FromRequest for Anyone<EVEN_LOCKED> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        let known = others_wait(&request);
        Box::pin(async move {
            let _until_here = known;
            let (app, actor) = signed_in(&request, EVEN_LOCKED).await?;
            // What is about a person themselves is nothing for a key.
            if actor.as_person().is_none() {
                let refused = Event::general(Action::AccessRefused).refused(ErrorCode::Forbidden);
                app.record(actor, refused).await?;
                return Err(ErrorCode::Forbidden.into());
            }
            Ok(Self { actor })
        })
    }
}

/// Finds the person, or the key, behind the bearer token: the token names a sign-in; everything else is read
/// from the database, so that a revocation takes effect at once.
async fn signed_in(request: &HttpRequest, even_locked: bool) -> Result<(web::Data<App>, Actor), Refusal> {
    let app = request
        .app_data::<web::Data<App>>()
        .cloned()
        .ok_or_else(|| Refusal::failed(anyhow::anyhow!("the handlers share no App")))?;
    let begun = Instant::now();
    let actor = counted(request, find(&app, request, even_locked).await).await?;
    telemetry::authorization(begun.elapsed());
    Ok((app, actor))
}

async fn find(app: &App, request: &HttpRequest, even_locked: bool) -> Result<Actor, Refusal> {
    let token = bearer(request).ok_or(ErrorCode::Unauthenticated)?;
    if api_keys::looks_like_a_key(token) {
        return Ok(api_keys::resolve(&app.database.lookup(), token, &current_request()).await?);
    }
    let session = app.tokens.verify(token, app.database.clock().now())?;
    let (lookup, request) = (app.database.lookup(), current_request());
    Ok(if even_locked {
        identity::resolve_even_locked(&lookup, session, &request).await?
    } else {
        identity::resolve(&lookup, session, &request).await?
    })
}

/// The token of a request.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
