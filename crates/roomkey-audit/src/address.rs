//! Truncated addresses, as entries name them.

use std::fmt;
use std::str::FromStr;

use ipnet::IpNet;
use roomkey_claims::IdError;

/// The network of an address exactly as entries have it: IPv4 /24 (`203.0.113.0/24`), IPv6 /48 (`2001:db8:1::/48`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressPrefix(String);

impl AddressPrefix {
    /// The pattern; the bits behind the prefix are zero, and IPv6 is written as RFC 5952 says.
    pub const PATTERN: &'static str = "^[0-9a-f.:]{2,39}/(24|48)$";

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AddressPrefix {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let network: Option<IpNet> = text.parse().ok();
        let is_prefix = |network: &IpNet| match network {
            IpNet::V4(v4) => v4.prefix_len() == 24,
            IpNet::V6(v6) => v6.prefix_len() == 48,
        };
        let written = network.filter(is_prefix).map(|network| network.trunc().to_string());
        let written = written.filter(|written| written == text);
        written.map(Self).ok_or(IdError { pattern: Self::PATTERN })
    }
}

impl fmt::Display for AddressPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_entry_can_have_is_a_prefix() {
        for good in ["203.0.113.0/24", "0.0.0.0/24", "2001:db8:1::/48", "::/48"] {
            assert_eq!(good.parse::<AddressPrefix>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "203.0.113.9",
            "203.0.113.9/24",
            "203.0.113.0/16",
            "203.0.113.0/48",
            "2001:DB8:1::/48",
            "2001:db8:1:2::/48",
            "2001:db8:1:0::/48",
            "::/24",
            "x/24",
        ] {
            assert!(bad.parse::<AddressPrefix>().is_err(), "{bad}");
        }
    }
}
