//! Where a request comes from, in spite of the proxies in between.

use std::net::IpAddr;

use actix_web::HttpRequest;

use crate::{App, config::Network};

/// The caller's network address. `X-Forwarded-For` is believed only from the configured proxies: read
/// from its end, it is the first address that is none of them.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let app = request.app_data::<actix_web::web::Data<App>>()?;
    let lines = request.headers().get_all("x-forwarded-for").filter_map(|line| line.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    Some(through(&app.config.server.trusted_proxies, peer, &named))
}

fn through(trusted: &[Network], peer: IpAddr, named: &[&str]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    let mut last = peer;
    for name in named.iter().rev() {
        // What a proxy did not write as an address, nobody vouches for.
        let Some(before) = is_trusted(last).then(|| name.parse::<IpAddr>().ok()).flatten() else { break };
        last = before.to_canonical();
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, named: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        through(&trusted, peer.parse().expect("an address"), named).to_string()
    }

    #[test]
    fn only_what_trusted_proxies_say_is_believed() {
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(from("10.0.0.2", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.2", &["192.0.2.66", "198.51.100.1", "10.0.0.3"]), "198.51.100.1");
        assert_eq!(from("10.0.0.2", &["198.51.100.1", "unknown"]), "10.0.0.2");
        assert_eq!(from("10.0.0.2", &[]), "10.0.0.2");
    }
}
