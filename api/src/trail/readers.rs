//! `GET /clients/{id}/readers`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::people;
use shared::{
    ClientId,
    audit::ChartReader,
    errors::{ErrorCode, Problem},
    page::Page,
};

use crate::{App, Refusal, extract::Require};

/// Who has seen this client: everybody who came near what is kept about them, the first and the last time, and how
/// often they listed, opened, changed or took something away. A session of several clients counts for each of them.
#[utoipa::path(
    operation_id = "list_chart_readers",
    tag = "audit",
    params(("id" = ClientId, Path)),
    responses(
        (status = 200, description = "All of them, the last one first", body = Page<ChartReader>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[get("/clients/{id}/readers")]
pub async fn readers(
    app: web::Data<App>,
    who: Require<perm::ReadAudit>,
    id: web::Path<ClientId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let items = app
        .act(who.actor, Event::general(Action::ReadersListed).about(id), async |tx| {
            let readers = access::list_chart_readers(tx, who.granted, id).await?;
            let mut readers = readers.ok_or(ErrorCode::NotFound)?;
            let ids: Vec<_> = readers.iter().filter_map(|reader| reader.user_id).collect();
            let people = people::name_colleagues(tx, &ids).await?;
            for reader in &mut readers {
                let person = people.iter().find(|person| Some(person.id) == reader.user_id);
                reader.name = person.map(|person| person.name.clone());
            }
            Ok::<_, Refusal>(readers)
        })
        .await?;
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
