//! `POST /auth/sso/begin`

use access::Actor;
use actix_web::{HttpRequest, HttpResponse, post, web};
use identity::sso as connections;
use shared::{
    errors::{ErrorCode, FieldProblem, Problem},
    sso::{BeginSso, SsoBegun},
};

use super::{base_url, cookie, provider};
use crate::{App, Refusal, auth::same_origin, extract::Body, middleware::current_request};

/// Begins to sign in at the provider of an e-mail's domain, or of a practice's own sign-in address.
/// Whether there is an account makes no difference to the answer or its time.
#[utoipa::path(
    operation_id = "begin_sso",
    tag = "single sign-on",
    request_body = BeginSso,
    responses(
        (status = 200, description = "Where to go on; a cookie ties the try to this browser", body = SsoBegun),
        (status = 403, description = "`cross_site`: another page asks", body = Problem),
        (status = 422, description = "`validation`: an e-mail or a connection, and not both", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
        (status = 502, description = "`sso_unavailable`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/sso/begin", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn begin(
    app: web::Data<App>,
    request: HttpRequest,
    body: Body<BeginSso>,
) -> Result<HttpResponse, Refusal> {
    same_origin::check(&app, &request)?;
    let Body(request) = body;
    let lookup = app.database.lookup();
    let hint = request.email.as_ref().map(|email| email.reveal().as_str());
    let route = match (hint, request.connection_id) {
        (Some(email), None) if app.config.sso.by_domain => {
            connections::find_by_domain(&lookup, email).await?
        }
        (Some(_), None) => None,
        (None, Some(id)) => connections::find_connection(&lookup, id).await?,
        (Some(_), Some(_)) | (None, None) => return Err(Refusal::invalid(vec![neither_nor()])),
    };
    let Some(route) = route else {
        let authorize_url = format!("{}/sign-in?sso={}", base_url(&app), ErrorCode::SsoUnknown.as_str());
        return Ok(HttpResponse::Ok().json(SsoBegun { authorize_url }));
    };
    let actor = Actor::system("system:sso", route.practice_id, current_request());
    let tx = app.database.begin_reading(actor.clone()).await?;
    let connection = connections::load_connection(&tx, route.connection_id).await;
    tx.end().await?;
    let connection = connection?.ok_or(ErrorCode::SsoUnknown)?;
    let mut attempt = connections::NewAttempt::new(&lookup);
    let begun = provider::begin(&app, &connection, &attempt, hint).await?;
    let mark = cookie::set(&app, &attempt.browser);
    attempt.browser = cookie::kept(&app, &attempt.browser);
    let mut tx = app.database.begin(actor).await?;
    connections::keep_attempt(&mut tx, &attempt, connection.id, &begun.kept).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok().cookie(mark).json(SsoBegun { authorize_url: begun.address }))
}

fn neither_nor() -> FieldProblem {
    FieldProblem {
        field: "email".to_owned(),
        code: "required".to_owned(),
        detail: "Give an e-mail or a connection.".to_owned(),
    }
}
