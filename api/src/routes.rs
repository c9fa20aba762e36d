//! Every address there is. Routes and their description come from one registration.

use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::{audit_events, auth, health};

/// Registers everything.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(health::brief).service(health::detailed).service(health::metrics).service(
        scope::scope("/api/v1")
            // --- sign-in
            .service(auth::register::register)
            .service(auth::login::login)
            .service(auth::refresh::refresh)
            .service(auth::logout::logout)
            .service(auth::me::me)
            // --- audit
            .service(audit_events::list),
    );
}
