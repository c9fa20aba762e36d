//! `GET /retention`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::retention;
use shared::{errors::Problem, retention::RetentionView};

use crate::{App, Refusal, extract::Require};

/// What is asked for where the practice works, with its sources, and how long the practice keeps charts.
#[utoipa::path(
    operation_id = "load_retention",
    tag = "retention",
    responses(
        (status = 200, description = "Found", body = RetentionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[get("/retention")]
pub async fn load(app: web::Data<App>, who: Require<perm::ManageRetention>) -> Result<HttpResponse, Refusal> {
    let found = app
        .act(who.actor, Event::general(Action::RetentionRulesRead), async |tx| {
            let jurisdiction = identity::find_jurisdiction(tx).await?;
            Ok::<_, Refusal>(retention::load(tx, who.granted, &jurisdiction).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(found))
}
