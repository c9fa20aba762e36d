//! `GET /auth/sso/callback`

use access::Actor;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError as _, get, http::header, web};
use audit::{Action, Event};
use identity::{Challenged, Factors, Opened, sso as connections};
use serde::Deserialize;
use shared::errors::ErrorCode;
use utoipa::IntoParams;

use super::{base_url, cookie, provider};
use crate::{
    App, Refusal,
    auth::{cookie as cookies, origin},
    middleware::current_request,
};

/// What a browser brings back from a provider (RFC 6749 §4.1.2, RFC 9207).
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Returned {
    /// Which try.
    state: Option<String>,
    /// What the provider gives for it.
    code: Option<String>,
    /// Who the answer is from.
    iss: Option<String>,
}

/// Who has come.
enum Come {
    /// Somebody who is signed in now.
    In(Opened),
    /// Somebody whose second factor is asked for: the token that stands for them.
    Almost(String),
}

/// Where a provider sends people back to: signs them in and leads into the app, to the second factor,
/// or to the sign-in page with the code of what went wrong.
#[utoipa::path(
    operation_id = "finish_sso",
    tag = "single sign-on",
    params(Returned),
    responses(
        (status = 303, description = "To the app, with the refresh token in a cookie; or to the sign-in page, with `sso=` and a code"),
        (status = 429, description = "`too_many_requests`"),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[get("/auth/sso/callback", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn callback(
    app: web::Data<App>,
    request: HttpRequest,
    returned: web::Query<Returned>,
) -> HttpResponse {
    let browser = cookie::read(&app, &request).unwrap_or_default();
    // This is the one place to which another site sends people: what they bring is a state, and what
    // shows that they have begun here is the browser's mark.
    match come(&app, &returned, &browser, &origin::of(&app, &request)).await {
        Ok(Come::In(opened)) => {
            // There the app learns that the browser has a refresh cookie now.
            let mut response = to(&app, "/sign-in?sso=done");
            cookies::set_refresh(&app, &mut response, &opened);
            cookies::set_device(&app, &mut response, &opened);
            response.finish()
        }
        // In the fragment, which no server sees.
        Ok(Come::Almost(token)) => to(&app, &format!("/sign-in#second-step={token}")).finish(),
        Err(refusal) => {
            let code = refusal.code().unwrap_or_else(|| {
                // Logs what failed on our side.
                let _said = refusal.error_response();
                ErrorCode::SsoFailed
            });
            to(&app, &format!("/sign-in?sso={}", code.as_str())).finish()
        }
    }
}

fn to(app: &App, place: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, format!("{}{place}", base_url(app))));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.cookie(cookie::clear(app));
    response
}

async fn come(
    app: &App,
    returned: &Returned,
    browser: &str,
    origin: &identity::Origin,
) -> Result<Come, Refusal> {
    let state = returned.state.as_deref().ok_or(ErrorCode::SsoExpired)?;
    let attempt = connections::find_attempt(&app.database.lookup(), state).await?;
    let actor = Actor::system("system:sso", attempt.practice_id, current_request());
    let tried = Event::of(Action::SsoReturned, attempt.id);
    let browser = cookie::kept(app, browser);
    // Over from here on, whatever the provider says.
    let (connection, kept) = app
        .act(actor.clone(), tried, async |tx| connections::take_attempt(tx, attempt, state, &browser).await)
        .await?;
    let refused = Event::of(Action::SsoRefused, connection.id);
    let arrival = match returned.code.as_deref() {
        Some(code) => provider::finish(app, &connection, &kept, code, returned.iss.as_deref()).await,
        // They said no, or the provider did.
        None => Err(ErrorCode::SsoFailed.into()),
    };
    let arrival = app.or_record(actor.clone(), refused.clone(), arrival).await?;
    app.act(actor, refused, async |tx| {
        let user_id = connections::arrive(tx, &connection, &arrival).await?;
        if !arrival.second_factor && identity::has_second_factor(tx, user_id).await? {
            tx.record(Event::of(Action::SecondFactorAsked, user_id));
            let whom = Challenged { user_id, practice_id: attempt.practice_id, by_provider: true };
            return Ok::<_, Refusal>(Come::Almost(app.tokens.challenge(whom, tx.now())?));
        }
        let factors =
            if arrival.second_factor { Factors::PasswordAndAnother } else { Factors::PasswordAlone };
        Ok(Come::In(identity::sign_in_by_provider(tx, user_id, factors, origin).await?))
    })
    .await
}
