//! What no route takes: an address with another method than it knows, and an address that nobody knows,
//! which may be one of the app's.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use serde::{Deserialize, de::IgnoredAny};
use shared::errors::ErrorCode;

use crate::{App, Refusal, web_app};

/// The addresses of the description, with the methods that they take.
pub struct Addresses(Vec<(&'static str, Vec<&'static str>)>);

#[derive(Deserialize)]
struct Description {
    #[serde(borrow)]
    paths: BTreeMap<&'static str, Item>,
}

/// What is at an address: its operations by their methods.
#[derive(Deserialize)]
struct Item {
    get: Option<IgnoredAny>,
    head: Option<IgnoredAny>,
    post: Option<IgnoredAny>,
    put: Option<IgnoredAny>,
    patch: Option<IgnoredAny>,
    delete: Option<IgnoredAny>,
    options: Option<IgnoredAny>,
}

impl Addresses {
    /// Reads them from the description.
    ///
    /// # Errors
    /// It is none.
    pub fn read(description: &'static str) -> serde_json::Result<Self> {
        let description: Description = serde_json::from_str(description)?;
        let paths = description.paths.into_iter();
        Ok(Self(paths.map(|(template, item)| (template, methods(&item))).collect()))
    }

    /// All addresses, with gaps such as `{id}`.
    pub fn templates(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(template, _)| *template)
    }

    /// The methods that an address takes; none where there is no such address.
    fn methods_at(&self, path: &str) -> Vec<&'static str> {
        let matching = self.0.iter().filter(|(template, _)| is_of(template, path));
        matching.flat_map(|(_, methods)| methods.iter().copied()).collect()
    }
}

/// Answers whatever no route has taken.
pub async fn answer(
    app: web::Data<App>,
    addresses: web::Data<Addresses>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let methods = addresses.methods_at(request.path());
    if methods.is_empty() {
        return web_app::serve(app, request).await;
    }
    let refusal = Refusal::new(ErrorCode::MethodNotAllowed);
    // RFC 9110 §15.5.6: the answer says which methods there are.
    Err(match HeaderValue::from_str(&methods.join(", ")) {
        Ok(allow) => refusal.with_header(header::ALLOW, allow),
        Err(_no_header) => refusal,
    })
}

fn methods(item: &Item) -> Vec<&'static str> {
    let operations = [
        ("GET", &item.get),
        ("HEAD", &item.head),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
        ("OPTIONS", &item.options),
    ];
    operations.into_iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| name).collect()
}

/// Whether a path is one of the addresses that a template such as `/clients/{id}` stands for.
fn is_of(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given))
                if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn a_template_stands_for_the_addresses_with_something_in_its_gaps() {
        assert!(is_of("/clients/{id}/consents", "/clients/7/consents"));
        for other in
            ["/clients//consents", "/clients/7", "/clients/7/consents/8", "/clients/7/consents/", "/"]
        {
            assert!(!is_of("/clients/{id}/consents", other), "{other}");
        }
    }
}
