//! The provider of a connection: sending a browser to it, and hearing who comes back.

use identity::sso::{Connection, NewAttempt};
use shared::{PracticeId, errors::ErrorCode, sso::ConnectionKind};
use sso::{Arrival, Begun, Kept, Registration, SsoError, WorkOs};

use super::base_url;
use crate::{App, Refusal};

/// Sends a browser to the provider.
pub async fn begin(
    app: &App,
    connection: &Connection,
    attempt: &NewAttempt,
    hint: Option<&str>,
) -> Result<Begun, Refusal> {
    let now = app.database.clock().now();
    let begun = match connection.kind {
        ConnectionKind::OpenId => {
            let redirect = callback(app);
            app.openid.begin(&registration(connection), &redirect, &attempt.state, hint, now).await
        }
        ConnectionKind::WorkOs => {
            let (workos, organization) = organization(app, connection)?;
            workos.begin(organization, &callback(app), &attempt.state, hint)
        }
    };
    begun.map_err(|error| {
        tracing::warn!(reason = %error, connection_id = %connection.id, "a provider cannot be used");
        ErrorCode::SsoUnavailable.into()
    })
}

/// Whom a code stands for.
pub async fn finish(
    app: &App,
    connection: &Connection,
    kept: &Kept,
    code: &str,
    iss: Option<&str>,
) -> Result<Arrival, Refusal> {
    let now = app.database.clock().now();
    let arrival = match connection.kind {
        ConnectionKind::OpenId => {
            let redirect = callback(app);
            app.openid.finish(&registration(connection), &redirect, kept, code, iss, now).await
        }
        ConnectionKind::WorkOs => {
            let (workos, organization) = organization(app, connection)?;
            workos.finish(organization, kept, code).await
        }
    };
    arrival.map_err(|error| {
        tracing::warn!(reason = %error, connection_id = %connection.id, "nobody has arrived");
        match error {
            SsoError::Provider(_) => ErrorCode::SsoUnavailable.into(),
            _ => ErrorCode::SsoFailed.into(),
        }
    })
}

/// What is in the way of using a connection; nothing, if nothing is.
pub async fn problem(app: &App, connection: &Connection, practice_id: PracticeId) -> Option<String> {
    match connection.kind {
        ConnectionKind::OpenId => {
            let checked = app.openid.check(&connection.issuer, app.database.clock().now()).await;
            checked.err().map(|error| sentence(&error))
        }
        ConnectionKind::WorkOs => {
            let Some(workos) = &app.workos else {
                return Some("This server has no account with WorkOS.".to_owned());
            };
            match workos.find_organization(&practice_id.to_string()).await {
                Ok(found) if found == connection.organization_id => None,
                Ok(_) => Some("WorkOS gives this practice another organisation, or none.".to_owned()),
                Err(error) => Some(sentence(&error)),
            }
        }
    }
}

fn sentence(error: &SsoError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn callback(app: &App) -> String {
    format!("{}/api/v1/auth/sso/callback", base_url(app))
}

fn registration(connection: &Connection) -> Registration {
    Registration {
        issuer: connection.issuer.clone(),
        client_id: connection.client_id.clone(),
        client_secret: connection.client_secret.clone(),
        groups_claim: connection.groups_claim.clone(),
    }
}

fn organization<'a>(app: &'a App, connection: &'a Connection) -> Result<(&'a WorkOs, &'a str), Refusal> {
    let workos = app.workos.as_ref().ok_or(ErrorCode::SsoUnavailable)?;
    Ok((workos, connection.organization_id.as_deref().ok_or(ErrorCode::SsoUnavailable)?))
}
