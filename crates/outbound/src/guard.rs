//! What may be reached: public addresses, and what the operator has listed.

use std::{net::SocketAddr, str::FromStr};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

use crate::is_public;

/// A host and a port that the operator lets through, as `identity.practice.internal:8443`; without a
/// port, 443.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    host: String,
    port: u16,
}

/// The text names no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no host")]
pub struct NotAHost;

impl Listed {
    pub(crate) fn names(&self, address: &Url) -> bool {
        matches!(address.scheme(), "http" | "https")
            && address.host_str().is_some_and(|host| host.eq_ignore_ascii_case(&self.host))
            && address.port_or_known_default() == Some(self.port)
    }
}

impl FromStr for Listed {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        let address: Url = format!("https://{}", text.trim()).parse().map_err(|_none| NotAHost)?;
        let is_bare = address.path() == "/" && address.query().is_none() && address.username().is_empty();
        match (address.host_str(), is_bare) {
            (Some(host), true) => {
                Ok(Self { host: host.to_owned(), port: address.port_or_known_default().unwrap_or(443) })
            }
            _ => Err(NotAHost),
        }
    }
}

/// Resolves a name to its public addresses alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str().to_owned(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_host_is_let_through_at_its_port_alone() {
        let listed: Listed = "127.0.0.1:8080".parse().expect("a host");
        let names = |address: &str| listed.names(&address.parse().expect("an address"));
        assert!(names("http://127.0.0.1:8080/x") && names("https://127.0.0.1:8080/"));
        assert!(
            !names("http://127.0.0.1:8081/")
                && !names("http://127.0.0.1/")
                && !names("http://localhost:8080/")
        );
        assert_eq!("identity.internal".parse(), Ok(Listed { host: "identity.internal".into(), port: 443 }));
        for wrong in ["", "https://a.example", "a.example/path", "a.example?x", "u@a.example"] {
            assert!(wrong.parse::<Listed>().is_err(), "{wrong}");
        }
    }
}
