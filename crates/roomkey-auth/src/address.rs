//! Network addresses, shortened to what may be kept and to what may be counted.

use std::net::IpAddr;

use ipnet::{Ipv4Net, Ipv6Net};

/// The network of an address as the log may hold it: IPv4 /24 (`203.0.113.0/24`), IPv6 /48 (`2001:db8:1::/48`).
///
/// Full addresses are personal data and stand in no entry; a prefix still shows where an attack comes from.
/// An IPv4 address that is mapped into IPv6 counts as IPv4.
pub fn address_prefix(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => Ipv4Net::new_assert(v4, 24).trunc().to_string(),
        IpAddr::V6(v6) => Ipv6Net::new_assert(v6, 48).trunc().to_string(),
    }
}

/// What a limit counts as one address: the address itself for IPv4, its /56 for IPv6.
///
/// A single customer of an IPv6 network is usually given a /64 to a /56 and can take any address in it.
pub(crate) fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Net::new_assert(v6, 56).network()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_those_of_the_log() {
        let prefix = |text: &str| address_prefix(text.parse().unwrap());
        assert_eq!(prefix("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(prefix("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
        assert_eq!(prefix("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(prefix("::1"), "::/48");
    }

    #[test]
    fn limits_count_a_56_as_one() {
        let counted = |text: &str| counted(text.parse().unwrap()).to_string();
        assert_eq!(counted("2001:db8:1:2ff::1"), counted("2001:db8:1:201::2"));
        assert_ne!(counted("2001:db8:1:2ff::1"), counted("2001:db8:1:3ff::1"));
        assert_eq!(counted("::ffff:127.0.0.1"), "127.0.0.1");
    }
}
