//! From which address a request comes.
//!
//! A client can write anything into `X-Forwarded-For` and `Forwarded`: they are not looked at, but where the peer of the
//! socket is a proxy that the settings name.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;

/// Addresses that share their first bits: `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

/// A text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address or a network, such as 127.0.0.1 or 10.0.0.0/8")]
pub struct NetworkError;

impl Network {
    /// Whether an address lies in it; an IPv4 address that is mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let one = || text.parse().map(|address: IpAddr| IpNet::from(address));
        text.parse().or_else(|_| one()).map(Self).map_err(|_| NetworkError)
    }
}

/// The address of the client: the peer of the socket, or, behind proxies that are trusted, the right-most address that
/// they did not add themselves.
///
/// What stands further left was written by the client and counts for nothing.
pub(crate) fn client_address(peer: IpAddr, forwarded: &[&[u8]], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let hops: Vec<&[u8]> =
        forwarded.iter().flat_map(|value| value.split(|byte| *byte == b',')).collect();
    let mut client = peer.to_canonical();
    for hop in hops.iter().rev() {
        if !is_trusted(client) {
            break;
        }
        // A trusted proxy that wrote no address: nothing before it can be believed.
        let Some(address) = address_of(hop) else { break };
        client = address.to_canonical();
    }
    client
}

/// The address of a hop, which some proxies write with a port. Other hops may hold any bytes that a client sent.
fn address_of(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let with_port = || hop.parse::<SocketAddr>().map(|address| address.ip());
    hop.parse().or_else(|_| with_port()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &[&str], trusted: &[&str], expected: &str) {
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let forwarded: Vec<&[u8]> = forwarded.iter().map(|value| value.as_bytes()).collect();
        let client = client_address(peer.parse().unwrap(), &forwarded, &trusted);
        assert_eq!(client.to_string(), expected);
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        check("203.0.113.7", &["6.6.6.6"], &[], "203.0.113.7");
        check("203.0.113.7", &["6.6.6.6"], &["127.0.0.1"], "203.0.113.7");
        check("127.0.0.1", &["6.6.6.6"], &[], "127.0.0.1");
    }

    #[test]
    fn the_right_most_untrusted_hop_counts() {
        check("127.0.0.1", &["6.6.6.6, 198.51.100.9"], &["127.0.0.1"], "198.51.100.9");
        check(
            "127.0.0.1",
            &["6.6.6.6", "198.51.100.9, 10.1.2.3"],
            &["127.0.0.1", "10.0.0.0/8"],
            "198.51.100.9",
        );
        check("127.0.0.1", &["10.1.2.3"], &["127.0.0.1", "10.0.0.0/8"], "10.1.2.3");
        check("127.0.0.1", &["\u{e9}, 198.51.100.9:4711"], &["127.0.0.1"], "198.51.100.9");
        check("127.0.0.1", &["[2001:db8::1]:4711"], &["127.0.0.1"], "2001:db8::1");
        check("127.0.0.1", &[], &["127.0.0.1"], "127.0.0.1");
        check("127.0.0.1", &["6.6.6.6, unknown"], &["127.0.0.1"], "127.0.0.1");
        check("::ffff:127.0.0.1", &["2001:db8::1"], &["127.0.0.1"], "2001:db8::1");
    }

    #[test]
    fn networks_read_and_contain() {
        let contains = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().contains(address.parse().unwrap())
        };
        assert!(contains("0.0.0.0/0", "1.2.3.4") && contains("2001:db8::/32", "2001:db8:1::1"));
        assert!(contains("::/0", "::1") && !contains("::/0", "1.2.3.4"));
        assert!(!contains("10.0.0.0/8", "11.0.0.1") && !contains("10.0.0.1", "10.0.0.2"));
        for bad in ["", "10.0.0.0/33", "example.org", "10.0.0.0/-1", "10.0.0.0/8/8"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
