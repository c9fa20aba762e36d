//! Where somebody tries to sign in from.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use shared::errors::ErrorCode;

use super::{cookie, same_origin};
use crate::{App, Refusal, middleware::client_address};

/// The caller's address and the mark of their device.
pub struct Origin(pub identity::Origin);

/// The same, of a request that may come from another page.
pub fn of(app: &App, request: &HttpRequest) -> identity::Origin {
    identity::Origin {
        address: client_address(request),
        device: cookie::read_device(app, request),
        browser: request.headers().get("user-agent").and_then(|it| it.to_str().ok()).map(str::to_owned),
    }
}

impl FromRequest for Origin {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(app) = request.app_data::<web::Data<App>>() else {
            return ready(Err(ErrorCode::Internal.into()));
        };
        // Nobody is signed in, as somebody else, by another page.
        let origin = same_origin::check(app, request).map(|()| Self(of(app, request)));
        ready(origin)
    }
}
