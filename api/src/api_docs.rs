//! The description of the API, for programs (`/api/v1/openapi.json`) and for people (`/api/docs`).

use actix_web::{HttpResponse, middleware::DefaultHeaders, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::openapi;

/// The pages of the description bring styles in the page; scripts stay files of this server.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
     base-uri 'self'; frame-ancestors 'none'";

/// Registers both addresses.
pub fn configure(services: &mut web::ServiceConfig) {
    let json = async || HttpResponse::Ok().content_type("application/json").body(openapi::WRITTEN);
    services.route("/api/v1/openapi.json", web::get().to(json));
    services.service(web::redirect("/api/docs", "/api/docs/")).service(
        web::scope("/api/docs")
            .wrap(DefaultHeaders::new().add(("Content-Security-Policy", POLICY)))
            .service(SwaggerUi::new("/{_:.*}").config(Config::from("/api/v1/openapi.json"))),
    );
}
