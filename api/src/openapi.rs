//! The description of the API (OpenAPI 3.1), made from the routes themselves.

use actix_web::App;
use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Document,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "MindScribe",
        description = "A recorded therapy session becomes a clinical note in which every sentence shows what was said to support it.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "sign-in"), (name = "people"), (name = "clients"), (name = "consents"), (name = "encounters"), (name = "recordings"),
        (name = "transcripts"), (name = "notes"), (name = "jobs"), (name = "governance"), (name = "audit"),
        (name = "operations")
    )
)]
struct Head;

/// The head of the document, to which the routes add themselves.
pub(crate) fn head() -> Document {
    let mut document = Head::openapi();
    let bearer =
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    document.components.get_or_insert_default().add_security_scheme("bearer", bearer);
    document
}

/// The whole document.
pub fn document() -> Document {
    let (_, document) =
        App::new().into_utoipa_app().openapi(head()).configure(crate::routes::routes).split_for_parts();
    document
}
