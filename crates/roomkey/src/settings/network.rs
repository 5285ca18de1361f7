//! Addresses of trusted proxies.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// An address or a network in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    /// The address.
    pub(crate) address: IpAddr,
    /// How many of its bits count.
    pub(crate) bits: u8,
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let form = "must be an address or a network, such as 10.0.0.5 or 10.0.0.0/24";
        let address: IpAddr = address.parse().map_err(|_| form)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().map_err(|_| form)?,
            Some(_) => return Err(form),
        };
        match bits {
            0 => Err("a network of every address trusts everybody: name the proxy"),
            _ if most < bits => Err(form),
            _ => Ok(Self { address, bits }),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_parse() {
        let bits = |text: &str| text.parse::<Network>().map(|network| network.bits);
        assert_eq!((bits("10.0.0.5"), bits("10.0.0.0/8"), bits("fd00::/8")), (Ok(32), Ok(8), Ok(8)));
        for bad in ["", "proxy", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "0.0.0.0/0", "10.0.0.0/"] {
            assert!(bits(bad).is_err(), "{bad}");
        }
    }
}
