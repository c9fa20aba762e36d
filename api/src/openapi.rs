//! The description of the API (OpenAPI 3.1), made from the routes themselves.

use actix_web::App;
use utoipa::{
    OpenApi,
    openapi::{
        Content, OpenApi as Document, Ref, ResponseBuilder,
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
        (name = "sign-in"), (name = "practice"), (name = "people"), (name = "clients"), (name = "requests"), (name = "retention"), (name = "emergency"), (name = "consents"), (name = "encounters"), (name = "recordings"),
        (name = "transcripts"), (name = "notes"), (name = "jobs"), (name = "governance"), (name = "audit"),
        (name = "operations")
    )
)]
struct Head;

/// As it was written down: what a server gives out and goes by. A test holds it to [`document`].
pub(crate) const WRITTEN: &str = include_str!("../../docs/openapi.json");

/// The head of the document, to which the routes add themselves.
fn head() -> Document {
    let mut document = Head::openapi();
    let bearer =
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    document.components.get_or_insert_default().add_security_scheme("bearer", bearer);
    document
}

/// The whole document.
pub fn document() -> Document {
    let (_, mut document) =
        App::new().into_utoipa_app().openapi(head()).configure(crate::routes::describe).split_for_parts();
    add_limits(&mut document);
    document
}

/// Every operation can come too soon ([`crate::rate_limits`]).
fn add_limits(document: &mut Document) {
    let too_soon = ResponseBuilder::new()
        .description("`too_many_requests`, with `Retry-After` and `RateLimit-*`")
        .content("application/problem+json", Content::new(Some(Ref::from_schema_name("Problem"))))
        .build();
    let limited = document.paths.paths.iter_mut().filter(|(path, _)| path.starts_with("/api/"));
    for operation in limited.flat_map(|(_, item)| {
        [&mut item.get, &mut item.head, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
            .into_iter()
            .chain([&mut item.options])
            .flatten()
    }) {
        let responses = &mut operation.responses.responses;
        responses.entry("429".to_owned()).or_insert_with(|| too_soon.clone().into());
    }
}
