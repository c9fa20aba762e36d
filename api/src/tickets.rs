//! Tickets: cookies that open one address to one sign-in for a while, where a browser sends no header of ours: to
//! an `<audio>` element, and to a file that is saved.

use access::Actor;
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use chrono::{DateTime, TimeDelta};
use shared::{SessionId, errors::ErrorCode};
use uuid::Uuid;

use crate::{
    App, Refusal,
    middleware::{counted, current_request},
};

/// What a ticket is for.
#[derive(Debug)]
pub struct Ticket {
    /// The cookie's name.
    pub name: &'static str,
    /// The address that it opens.
    pub url: String,
    /// What it is about.
    pub about: Uuid,
    /// How long it opens it.
    pub lasts: TimeDelta,
}

impl Ticket {
    /// The cookie for a sign-in.
    pub fn cookie(&self, app: &App, session: SessionId) -> Cookie<'static> {
        let expires = (app.database.clock().now() + self.lasts).timestamp();
        let value = format!("{session}.{expires}.{}", self.mac(app, session, expires));
        Cookie::build(self.name, value)
            .path(self.url.clone())
            .http_only(true)
            .secure(app.config.server.cookie_secure)
            .same_site(SameSite::Strict)
            .max_age(Duration::seconds(self.lasts.num_seconds()))
            .finish()
    }

    /// Who shows it. The sign-in behind it must still be live.
    ///
    /// # Errors
    /// There is no ticket, it is of something else or over; the sign-in has ended; or what failed.
    pub async fn holder(&self, app: &App, request: &HttpRequest) -> Result<Actor, Refusal> {
        counted(request, self.find_holder(app, request).await).await
    }

    async fn find_holder(&self, app: &App, request: &HttpRequest) -> Result<Actor, Refusal> {
        let cookie = request.cookie(self.name).ok_or(ErrorCode::Unauthenticated)?;
        let mut fields = cookie.value().splitn(3, '.');
        let session = fields.next().and_then(|id| id.parse::<SessionId>().ok());
        let expires = fields.next().and_then(|time| time.parse::<i64>().ok());
        let (Some(session), Some(expires), Some(shown)) = (session, expires, fields.next()) else {
            return Err(ErrorCode::Unauthenticated.into());
        };
        let in_time =
            DateTime::from_timestamp(expires, 0).is_some_and(|end| end > app.database.clock().now());
        // Hashed before they are compared, so that the comparison's time tells nothing.
        let genuine = crypto::token_hash(shown) == crypto::token_hash(&self.mac(app, session, expires));
        if !in_time || !genuine {
            return Err(ErrorCode::Unauthenticated.into());
        }
        Ok(identity::resolve(&app.database.lookup(), session, &current_request()).await?)
    }

    fn mac(&self, app: &App, session: SessionId, expires: i64) -> String {
        let parts: [&[u8]; 3] = [self.about.as_bytes(), session.0.as_bytes(), &expires.to_be_bytes()];
        hex::encode(app.database.server_key().keyed_hash(self.name, &parts))
    }
}
