//! Origins of pages that may use the desk: exact ones, from a list.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// An origin as browsers write it: `https://app.example.org`, with a port where it is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin(String);

/// A text that no browser sends as an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an origin as browsers send it: write scheme, host and port as in https://app.example.org:8443, in lower case, without a path"
)]
pub struct OriginError;

impl Origin {
    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (scheme, rest) = text.split_once("://").ok_or(OriginError)?;
        let default_port = match scheme {
            "http" => "80",
            "https" => "443",
            _ => return Err(OriginError),
        };
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !rest.ends_with(']') => (host, Some(port)),
            Some(_) | None => (rest, None),
        };
        let port_fits = port.is_none_or(|port| {
            port != default_port
                && !port.starts_with('0')
                && port.parse::<u16>().is_ok_and(|port| port != 0)
        });
        if port_fits && is_host(host) { Ok(Self(text.to_owned())) } else { Err(OriginError) }
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    host.len() <= 253 && host.split('.').all(label)
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose pages may use the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Those of these origins; none where the list is empty.
    List(BTreeSet<Origin>),
    /// Those of any origin: for development on loopback only.
    AnyForDev,
}

impl AllowedOrigins {
    /// Whether pages of this origin, as a browser wrote it, may use the desk.
    pub fn allows(&self, origin: &str) -> bool {
        match self {
            Self::AnyForDev => true,
            Self::List(list) => list.iter().any(|allowed| allowed.0 == origin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_exact() {
        for good in [
            "https://app.example.org",
            "http://localhost:5173",
            "https://[::1]:8443",
            "http://127.0.0.1:3000",
        ] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for bad in [
            "*",
            "null",
            "app.example.org",
            "https://",
            "https://app.example.org/",
            "https://*.example.org",
            "https://App.example.org",
            "https://app.example.org.",
            "https://app.example.org:443",
            "https://app.example.org:0",
            "https://user@app.example.org",
            "ftp://app.example.org",
            "https://app.example.org\r\nx: y",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(OriginError), "{bad}");
        }
    }

    #[test]
    fn only_what_is_on_the_list_is_allowed() {
        let list = AllowedOrigins::List(["https://ok.example".parse().unwrap()].into());
        assert!(list.allows("https://ok.example"));
        for bad in [
            "http://ok.example",
            "https://ok.example:8443",
            "https://ok.example.evil.com",
            "https://badok.example",
            "https://OK.example",
            "https://ok.example.",
            "null",
            "*",
            "",
        ] {
            assert!(!list.allows(bad), "{bad}");
        }
        assert!(!AllowedOrigins::List(BTreeSet::new()).allows("https://ok.example"));
    }
}
