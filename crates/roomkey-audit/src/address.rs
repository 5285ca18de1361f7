//! Truncated addresses, as entries name them.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

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
        let v4 = |address: &str| {
            let bits = address.parse::<Ipv4Addr>().ok()?.to_bits();
            Some(format!("{}/24", Ipv4Addr::from_bits(bits & (u32::MAX << 8))))
        };
        let v6 = |address: &str| {
            let bits = address.parse::<Ipv6Addr>().ok()?.to_bits();
            Some(format!("{}/48", Ipv6Addr::from_bits(bits & (u128::MAX << 80))))
        };
        let network = match text.split_once('/') {
            Some((address, "24")) => v4(address),
            Some((address, "48")) => v6(address),
            _ => None,
        };
        match network {
            Some(network) if network == text => Ok(Self(network)),
            _ => Err(IdError { pattern: Self::PATTERN }),
        }
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
