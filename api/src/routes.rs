//! Every address there is. Routes and their description come from one registration.

use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::{audit_events, auth, clients, consents, encounters, health, notes, templates, transcripts};

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
            // --- clients
            .service(clients::list::list)
            .service(clients::create::create)
            .service(clients::load::load)
            .service(clients::edit::edit)
            .service(consents::list::list)
            .service(consents::grant::grant)
            .service(consents::revoke::revoke)
            // --- sessions
            .service(encounters::list::list)
            .service(encounters::create::create)
            .service(encounters::load::load)
            .service(encounters::edit::edit)
            .service(transcripts::load::load)
            .service(transcripts::store_typed::store_typed)
            .service(transcripts::edit::edit)
            // --- notes
            .service(templates::list::list)
            .service(notes::list::list)
            .service(notes::create::create)
            .service(notes::load::load)
            .service(notes::edit::edit)
            .service(notes::sign::sign)
            .service(notes::add_addendum::add_addendum)
            // --- audit
            .service(audit_events::list),
    );
}
