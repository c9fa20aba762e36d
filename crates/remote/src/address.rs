//! Where a service is.

use std::{fmt, net::IpAddr, str::FromStr};

use url::{Host, Url};

/// The base address of a service, such as `https://gpu.practice.example/v1`: what is sent there is encrypted on its way, or
/// does not leave this computer (45 CFR 164.312(e)(1)).
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceAddress(Url);

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is none, or holds a user, a password, a question mark or a fragment.
    #[error("is no base address such as https://gpu.example/v1")]
    NotABase,
    /// `http` to another computer.
    #[error("must begin with https, unless the service is on this computer")]
    InTheClear,
}

impl ServiceAddress {
    /// Where DeepSeek itself is.
    pub fn deepseek() -> Self {
        let Ok(address) = "https://api.deepseek.com".parse() else { unreachable!("it is an address") };
        address
    }

    /// Where AssemblyAI is in the United States; in the European Union it is at `https://api.eu.assemblyai.com`.
    pub fn assembly_ai() -> Self {
        let Ok(address) = "https://api.assemblyai.com".parse() else { unreachable!("it is an address") };
        address
    }

    /// The host, for people.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// A path below it, perhaps with a question mark and what is asked for.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        let (path, asked) = path.split_once('?').map_or((path, None), |(path, asked)| (path, Some(asked)));
        url.set_path(&format!("{base}/{path}"));
        url.set_query(asked);
        url
    }
}

impl FromStr for ServiceAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let url: Url = text.parse().map_err(|_not_a_url| AddressError::NotABase)?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(number)) => IpAddr::from(number).is_loopback(),
            Some(Host::Ipv6(number)) => IpAddr::from(number).is_loopback(),
            None => return Err(AddressError::NotABase),
        };
        match url.scheme() {
            _ if !plain => Err(AddressError::NotABase),
            "https" => Ok(Self(url)),
            "http" if here => Ok(Self(url)),
            "http" => Err(AddressError::InTheClear),
            _ => Err(AddressError::NotABase),
        }
    }
}

impl fmt::Debug for ServiceAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ServiceAddress({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encrypted_or_on_this_computer() {
        let read = |text: &str| text.parse::<ServiceAddress>().map(|address| address.join("a/b").to_string());
        assert_eq!(read("https://gpu.example/v1").as_deref(), Ok("https://gpu.example/v1/a/b"));
        assert_eq!(read("https://gpu.example/").as_deref(), Ok("https://gpu.example/a/b"));
        assert_eq!(read("http://127.0.0.1:8000/v1/").as_deref(), Ok("http://127.0.0.1:8000/v1/a/b"));
        assert_eq!(read("http://localhost:8000").as_deref(), Ok("http://localhost:8000/a/b"));
        for clear in ["http://gpu.example/v1", "http://10.0.0.5:8000", "http://localhost.example"] {
            assert_eq!(read(clear), Err(AddressError::InTheClear), "{clear}");
        }
        for wrong in
            ["", "gpu.example", "ftp://gpu.example", "https://u:p@gpu.example", "https://gpu.example?a=b"]
        {
            assert_eq!(read(wrong), Err(AddressError::NotABase), "{wrong}");
        }
    }
}
