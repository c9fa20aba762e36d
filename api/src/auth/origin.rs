//! Where somebody tries to sign in from.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use shared::errors::ErrorCode;

use super::cookie;
use crate::{App, Refusal, middleware::client_address};

/// The caller's address and the mark of their device.
pub struct Origin(pub identity::Origin);

impl FromRequest for Origin {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>();
        let origin = app.map(|app| {
            Self(identity::Origin {
                address: client_address(request),
                device: cookie::read_device(app, request),
                browser: request
                    .headers()
                    .get("user-agent")
                    .and_then(|it| it.to_str().ok())
                    .map(str::to_owned),
            })
        });
        ready(origin.ok_or_else(|| ErrorCode::Internal.into()))
    }
}
