//! Every address there is. Routes and their description come from one list: a server registers it without describing
//! it, because the description takes more memory than the rest of an idle server.

use actix_web::{
    Error, Scope,
    dev::{HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse},
    web,
};
use utoipa_actix_web::{OpenApiFactory, scope, service_config};

use crate::{
    activity, amendments, api_keys, audit_events, auth, care_teams, client_deletions, clients, consents,
    disclosures, emergencies, encounters, governance, health, incidents, invitations, jobs, legal_holds,
    notes, passkeys, password_resets, practice, practices, record_requests, recordings, retention, reviews,
    roles, second_factors, sessions, sso, templates, trail, transcripts, uploads, users,
};

/// Where operations are registered.
trait Registry {
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(self, operation: O) -> Self;
}

impl Registry for &mut web::ServiceConfig {
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(self, operation: O) -> Self {
        self.service(operation)
    }
}

impl Registry for &mut service_config::ServiceConfig<'_> {
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(self, operation: O) -> Self {
        self.service(operation)
    }
}

impl Registry for Scope {
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(self, operation: O) -> Self {
        self.service(operation)
    }
}

impl<T> Registry for scope::Scope<T>
where
    T: ServiceFactory<ServiceRequest, Response = ServiceResponse, Config = (), Error = Error, InitError = ()>,
{
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(self, operation: O) -> Self {
        self.service(operation)
    }
}

const BASE: &str = "/api/v1";

/// Registers everything in a server.
pub fn routes(config: &mut web::ServiceConfig) {
    operations(&mut *config);
    config.service(versioned(web::scope(BASE)));
}

/// Adds everything to the description.
pub fn describe(config: &mut service_config::ServiceConfig<'_>) {
    operations(&mut *config);
    config.service(versioned(scope::scope(BASE)));
}

fn operations(registry: impl Registry) {
    registry.service(health::brief).service(health::detailed).service(health::metrics);
}

fn versioned<R: Registry>(registry: R) -> R {
    registry
        // --- sign-in
        .service(auth::register::register)
        .service(auth::login::login)
        .service(auth::refresh::refresh)
        .service(auth::logout::logout)
        .service(auth::me::me)
        .service(auth::mfa::mfa)
        .service(auth::step_up::step_up)
        .service(auth::password::password)
        .service(auth::switch::switch)
        .service(practices::list::list)
        .service(practices::join::join)
        .service(second_factors::list::list)
        .service(second_factors::begin::begin)
        .service(second_factors::confirm::confirm)
        .service(second_factors::renew::renew)
        .service(second_factors::remove::remove)
        .service(auth::lock::lock)
        .service(auth::unlock::unlock)
        .service(password_resets::ask::ask)
        .service(password_resets::confirm::confirm)
        .service(passkeys::options::ask)
        .service(passkeys::sign_in::sign_in)
        .service(passkeys::own_options::ask)
        .service(passkeys::begin::begin)
        .service(passkeys::confirm::confirm)
        .service(passkeys::rename::rename)
        .service(passkeys::remove::remove)
        .service(sessions::list::list)
        .service(sessions::end::end)
        .service(sessions::end_others::end_others)
        .service(invitations::read::read)
        .service(invitations::accept::accept)
        // --- single sign-on
        .service(sso::begin::begin)
        .service(sso::callback::callback)
        .service(sso::list::list)
        .service(sso::create::create)
        .service(sso::change::change)
        .service(sso::remove::remove)
        .service(sso::check::check)
        .service(sso::webhook::webhook)
        // --- people
        .service(practice::load::load)
        .service(practice::edit::edit)
        .service(practice::export::begin)
        .service(practice::export::download)
        .service(practice::deletion::load)
        .service(practice::deletion::ask)
        .service(practice::deletion::withdraw)
        .service(practice::deletion::show)
        .service(users::list::list)
        .service(users::edit::edit)
        .service(reviews::list::list)
        .service(reviews::decide::decide)
        .service(activity::list::list)
        .service(activity::decide::decide)
        .service(roles::list::list)
        .service(roles::create::create)
        .service(roles::edit::edit)
        .service(roles::remove::remove)
        .service(users::supervise::supervise)
        .service(users::end_supervision::end_supervision)
        .service(users::colleagues::colleagues)
        .service(invitations::list::list)
        .service(invitations::create::create)
        .service(invitations::revoke::revoke)
        .service(api_keys::list::list)
        .service(api_keys::create::create)
        .service(api_keys::renew::renew)
        .service(api_keys::revoke::revoke)
        // --- clients
        .service(clients::list::list)
        .service(clients::create::create)
        .service(clients::load::load)
        .service(clients::edit::edit)
        .service(care_teams::list::list)
        .service(care_teams::add::add)
        .service(care_teams::remove::remove)
        .service(consents::list::list)
        .service(consents::grant::grant)
        .service(consents::revoke::revoke)
        // --- requests
        .service(record_requests::list::list)
        .service(record_requests::receive::receive)
        .service(record_requests::extend::extend)
        .service(record_requests::deny::deny)
        .service(record_requests::fulfil::fulfil)
        .service(record_requests::withdraw::withdraw)
        .service(record_requests::export::export)
        .service(amendments::list::list)
        .service(amendments::receive::receive)
        .service(amendments::extend::extend)
        .service(amendments::accept::accept)
        .service(amendments::deny::deny)
        .service(amendments::withdraw::withdraw)
        .service(amendments::papers::add_paper)
        .service(disclosures::list::list)
        .service(disclosures::record::record)
        .service(disclosures::correct::correct)
        .service(disclosures::account::account)
        // --- retention
        .service(legal_holds::list::list)
        .service(legal_holds::place::place)
        .service(legal_holds::release::release)
        .service(legal_holds::retention::load)
        .service(client_deletions::list::list)
        .service(client_deletions::ask::ask)
        .service(client_deletions::load::load)
        .service(client_deletions::withdraw::withdraw)
        .service(retention::load::load)
        .service(retention::preview::preview)
        .service(retention::save::save)
        .service(retention::withdraw::withdraw)
        // --- emergency access
        .service(emergencies::search::search)
        .service(emergencies::begin::begin)
        .service(emergencies::end::end)
        .service(emergencies::attest::attest)
        .service(emergencies::decide::decide)
        .service(emergencies::list::list)
        .service(emergencies::list_own::list_own)
        // --- sessions
        .service(encounters::list::list)
        .service(encounters::create::create)
        .service(encounters::load::load)
        .service(encounters::edit::edit)
        // --- recordings
        .service(uploads::describe::describe)
        .service(uploads::begin::begin)
        .service(uploads::offset::offset)
        .service(uploads::append::append)
        .service(uploads::remove::remove)
        .service(recordings::store::store)
        .service(recordings::load::load)
        .service(recordings::ticket::ticket)
        .service(recordings::audio::audio)
        .service(jobs::load::load)
        .service(jobs::retry::retry)
        .service(jobs::cancel::cancel)
        .service(jobs::events::events)
        // --- transcripts
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
        .service(notes::co_sign::co_sign)
        .service(notes::give_back::give_back)
        .service(notes::add_addendum::add_addendum)
        .service(notes::export::export)
        .service(notes::risk::load)
        .service(notes::risk::dismiss)
        .service(notes::risk::take_back)
        .service(jobs::draft::draft)
        // --- governance
        .service(governance::own::register::register)
        .service(governance::own::key::replace)
        .service(governance::own::ask::ask)
        .service(governance::own::models::models)
        .service(governance::systems::systems)
        .service(governance::switch::switch)
        .service(governance::calls::calls)
        .service(governance::decision::explain)
        .service(governance::rules::list)
        .service(governance::rules::set_aside)
        .service(governance::rules::hold_again)
        .service(governance::summary::load)
        .service(governance::report::begin)
        .service(governance::report::download)
        .service(governance::stop::stop)
        .service(governance::stop::allow_again)
        .service(governance::session::list)
        .service(governance::session::choose)
        .service(incidents::list::list)
        .service(incidents::open::open)
        .service(incidents::load::load)
        .service(incidents::file::file)
        .service(incidents::add::add)
        // --- audit
        .service(audit_events::list)
        .service(trail::readers::readers)
        .service(trail::affected::whom)
        .service(trail::export::begin)
        .service(trail::export::download)
        .service(trail::signing_key::show)
        .service(trail::retention::retention)
        .service(trail::verify::verify)
}
