//! `GET /me/second-factors`

use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{errors::Problem, second_factors::SecondFactors};

use crate::{App, Refusal, extract::Anyone};

/// What I have set up beside my password.
#[utoipa::path(
    operation_id = "list_second_factors",
    tag = "sign-in",
    responses(
        (status = 200, description = "As asked", body = SecondFactors),
        (status = 401, description = "`unauthenticated`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[get("/me/second-factors")]
pub async fn list(app: web::Data<App>, who: Anyone) -> Result<HttpResponse, Refusal> {
    let attempt = Event::general(Action::AccountRead);
    let factors = app.act(who.actor, attempt, async |tx| identity::load_second_factors(tx).await).await?;
    Ok(HttpResponse::Ok().json(factors))
}
