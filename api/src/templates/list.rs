//! `GET /templates`

use access::perm;
use actix_web::{HttpResponse, get};
use shared::{errors::Problem, page::Page, templates::TemplateView};

use crate::{Refusal, extract::Require};

/// The built-in note formats. They hold nothing about anybody.
#[utoipa::path(
    operation_id = "list_templates",
    tag = "notes",
    responses(
        (status = 200, description = "Found", body = Page<TemplateView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.read")))
)]
#[get("/templates")]
pub async fn list(_who: Require<perm::ReadNotes>) -> Result<HttpResponse, Refusal> {
    Ok(HttpResponse::Ok().json(Page { items: clinical::templates::all(), next_cursor: None }))
}
