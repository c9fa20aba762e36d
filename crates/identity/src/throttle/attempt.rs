//! What a guess is about and where it comes from: which counts it adds to.

use std::net::{IpAddr, Ipv6Addr};

use access::Database;
use shared::SessionId;

use super::{curve::Curve, device::read_device};

/// Where a guess comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The caller's network address.
    pub address: Option<IpAddr>,
    /// The mark of a known device, as the browser showed it.
    pub device: Option<String>,
    /// What the browser says it is (`User-Agent`).
    pub browser: Option<String>,
}

/// One guess.
#[derive(Debug)]
pub struct Attempt(Vec<Counter>);

/// One count that a guess adds to.
#[derive(Debug)]
pub(super) struct Counter {
    pub(super) key: Vec<u8>,
    pub(super) curve: Curve,
}

impl Attempt {
    /// At the password of an account.
    pub fn at_password(database: &Database, email: &str, origin: &Origin) -> Self {
        Self::from_outside(database, "password", &crypto::normalise_email(email), origin)
    }

    /// At the second factor of an account: counted apart from its password.
    pub fn at_second_factor(database: &Database, email: &str, origin: &Origin) -> Self {
        Self::from_outside(database, "factor", &crypto::normalise_email(email), origin)
    }

    /// Asking for a new password by mail. Each counts, because each may send one.
    pub fn at_password_reset(database: &Database, email: &str, origin: &Origin) -> Self {
        Self::from_outside(database, "reset", &crypto::normalise_email(email), origin)
    }

    /// At the own password or second factor of somebody who is signed in: only that sign-in is held up.
    pub fn within(database: &Database, session: SessionId) -> Self {
        Self::new(database, vec![(format!("session|{session}"), Curve::Close)])
    }

    fn from_outside(database: &Database, what: &str, email: &str, origin: &Origin) -> Self {
        let device = origin.device.as_deref().and_then(|shown| read_device(database, email, shown));
        if let Some(device) = device {
            return Self::new(database, vec![(format!("{what}|device|{device}"), Curve::Close)]);
        }
        let network = origin.address.map_or_else(|| "unknown".to_owned(), network);
        let counters = vec![
            (format!("{what}|close|{network}|{email}"), Curve::Close),
            (format!("{what}|account|{email}"), Curve::Account),
            (format!("network|{network}"), Curve::Network),
        ];
        Self::new(database, counters)
    }

    fn new(database: &Database, counters: Vec<(String, Curve)>) -> Self {
        let mut counters: Vec<Counter> = counters
            .into_iter()
            .map(|(name, curve)| {
                let key = database.root().blind_index("sign_in_throttles.counter", &name).to_vec();
                Counter { key, curve }
            })
            .collect();
        // Always in the same order, so that two guesses never wait for each other in a circle.
        counters.sort_by(|one, other| one.key.cmp(&other.key));
        Self(counters)
    }

    pub(super) fn counters(&self) -> &[Counter] {
        &self.0
    }
}

/// Where one caller can be at home: an address of IPv4, 64 bits of one of IPv6.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_owns_a_network_of_ipv6_is_one_caller() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.9"), of("203.0.113.9"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.10"));
    }
}
