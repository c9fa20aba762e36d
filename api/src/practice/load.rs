//! `GET /practice`

use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{errors::Problem, practice::PracticeSettings};

use crate::{
    App, Refusal,
    extract::{Anyone, etag},
};

/// The settings of the practice one is signed in to. Answers with an `ETag`.
#[utoipa::path(
    operation_id = "load_practice",
    tag = "practice",
    responses(
        (status = 200, description = "As asked", body = PracticeSettings),
        (status = 401, description = "`unauthenticated`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[get("/practice")]
pub async fn load(app: web::Data<App>, who: Anyone) -> Result<HttpResponse, Refusal> {
    let settings = app
        .act(who.actor, Event::general(Action::PracticeRead), async |tx| identity::load_practice(tx).await)
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(settings.revision)).json(settings))
}
