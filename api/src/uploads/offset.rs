//! `HEAD /uploads/{id}`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, head, web};
use audit::{Action, Event};
use scribe::uploads;
use shared::{UploadId, errors::Problem};

use super::{lent_for, tus};
use crate::{App, Refusal, extract::RequireEvenLocked};

/// How far an upload is: what is stored, never more.
#[utoipa::path(
    operation_id = "load_upload",
    tag = "recordings",
    params(("id" = UploadId, Path)),
    responses(
        (status = 200, description = "`Upload-Offset`, `Upload-Length`; while that is not known, `Upload-Defer-Length` and `Upload-Key`"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 410, description = "`upload_expired`", body = Problem),
        (status = 412, description = "`tus_version`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[head("/uploads/{id}")]
pub async fn offset(
    app: web::Data<App>,
    who: RequireEvenLocked<perm::WriteRecordings>,
    id: web::Path<UploadId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    tus::check_version(&request)?;
    let id = id.into_inner();
    let (upload, lent) = app
        .act(who.actor, Event::of(Action::UploadRead, id), async |tx| {
            let upload = uploads::load(tx, who.granted, id).await?;
            let lent = lent_for(tx, who.granted, &upload).await?;
            Ok::<_, Refusal>((upload, lent))
        })
        .await?;
    let mut response = HttpResponse::Ok();
    tus::tell(&mut response, &upload);
    tus::lend(&mut response, lent);
    Ok(response.finish())
}
