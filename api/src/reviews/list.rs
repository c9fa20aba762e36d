//! `GET /access-reviews`

use access::perm;
use actix_web::{HttpResponse, get, http::header, web};
use audit::{Action, Event};
use identity::reviews;
use serde::Deserialize;
use shared::{
    errors::Problem,
    page::{Page, PageQuery},
    reviews::AccessReviewView,
};

use crate::{App, Refusal, extract::Require};

/// In which form the list is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Form {
    /// `csv`: everybody and everybody who is invited, as one file (RFC 4180).
    #[serde(default)]
    format: String,
}

/// Who has what, when they last used it, what was decided about them, and who is due to be looked at again.
#[utoipa::path(
    operation_id = "list_access_reviews",
    tag = "people",
    params(PageQuery, Form),
    responses(
        (status = 200, description = "Found", content((Page<AccessReviewView> = "application/json"), (String = "text/csv"))),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.read")))
)]
#[get("/access-reviews")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadPeople>,
    page: web::Query<PageQuery>,
    form: web::Query<Form>,
) -> Result<HttpResponse, Refusal> {
    let attempt = Event::general(Action::AccessReviewsListed);
    if form.format == "csv" {
        let csv = app.act(who.actor, attempt, async |tx| reviews::export(tx, who.granted).await).await?;
        let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"access-review.csv\"");
        return Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(name).body(csv));
    }
    let people = app.act(who.actor, attempt, async |tx| reviews::list(tx, who.granted, &page).await).await?;
    Ok(HttpResponse::Ok().json(people))
}
