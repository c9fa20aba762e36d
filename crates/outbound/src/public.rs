//! Which addresses belong to the internet, and to nobody's inside (IANA's registries of special
//! addresses, RFC 6890).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address belongs to the internet. In doubt it does not.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [one, two, three, _] = address.octets();
    match (one, two) {
        // This network, private, loopback, multicast, reserved; private; shared (RFC 6598); link-local
        // with the clouds' metadata; benchmarks.
        (0 | 10 | 127 | 224..=255, _)
        | (172, 16..=31)
        | (192, 168)
        | (100, 64..=127)
        | (169, 254)
        | (198, 18 | 19) => false,
        // Protocol assignments and documentation; 6to4 relays.
        (192, 0) => !matches!(three, 0 | 2),
        (192, 88) => three != 99,
        (198, 51) => three != 100,
        (203, 0) => three != 113,
        _ => true,
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [one, two, ..] = address.segments();
    match (one, two) {
        // Protocol assignments with Teredo, documentation; 6to4, in which an address of IPv4 may hide.
        (0x2001, 0..0x0200 | 0x0db8) | (0x2002 | 0x3fff, _) => false,
        (one, _) => (0x2000..=0x3fff).contains(&one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_is_not_public() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:a9fe:a9fe::1",
        ] {
            assert!(!is_public(inside.parse().expect("an address")), "{inside}");
        }
        for outside in ["1.1.1.1", "172.32.0.1", "192.0.1.1", "100.128.0.1", "2606:4700::1111", "2a00::1"] {
            assert!(is_public(outside.parse().expect("an address")), "{outside}");
        }
    }
}
