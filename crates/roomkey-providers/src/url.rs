//! The rule for the URL of a provider's server.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a URL is refused; the words follow "the field `url`".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It has another scheme.
    #[error("must begin with wss:// or https:// (ws:// and http:// only for a loopback host)")]
    Scheme,
    /// It is not encrypted and leads off this machine: a token in it could be read on the way.
    #[error("must begin with wss:// or https://: its host is not this machine")]
    Insecure,
    /// It carries a user name or a password, which every client would see.
    #[error("must not carry a user name or a password")]
    Credentials,
    /// Its host is missing or malformed.
    #[error("must name a host, as in wss://rtc.example.org")]
    Host,
    /// Its port is malformed.
    #[error("must have a port between 1 and 65535, or none")]
    Port,
    /// Its path has characters that a URL's path has not, or there is a query or a fragment.
    #[error("must end with a path of plain characters, without a query or a fragment")]
    Path,
}

/// Checks a server's URL: encrypted, or on this machine; a host, perhaps a port and a path, nothing else.
///
/// It is written out instead of taken from a URL library, whose repairs (tabs removed, `\` turned to `/`) would let
/// clients read another URL than the one that was checked.
pub(crate) fn check_server_url(url: &str) -> Result<(), UrlError> {
    let (scheme, rest) = url.split_once("://").ok_or(UrlError::Scheme)?;
    let encrypted = match scheme {
        "wss" | "https" => true,
        "ws" | "http" => false,
        _ => return Err(UrlError::Scheme),
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err(UrlError::Credentials);
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%:".contains(&byte);
    if !path.bytes().all(plain) {
        return Err(UrlError::Path);
    }
    let loopback = check_authority(authority)?;
    if encrypted || loopback { Ok(()) } else { Err(UrlError::Insecure) }
}

/// Checks host and port; whether the host is this machine.
fn check_authority(authority: &str) -> Result<bool, UrlError> {
    let (loopback, port) = if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, port) = bracketed.split_once(']').ok_or(UrlError::Host)?;
        let address: Ipv6Addr = host.parse().map_err(|_| UrlError::Host)?;
        let port = match port {
            "" => None,
            _ => Some(port.strip_prefix(':').ok_or(UrlError::Port)?),
        };
        (address.is_loopback(), port)
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if !(1..=253).contains(&host.len()) || !host.bytes().all(named) {
            return Err(UrlError::Host);
        }
        let address = host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
        (address || host.eq_ignore_ascii_case("localhost"), port)
    };
    match port {
        Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => Err(UrlError::Port),
        Some(port) if port.parse::<u16>().is_ok_and(|port| port != 0) => Ok(loopback),
        Some(_) => Err(UrlError::Port),
        None => Ok(loopback),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_urls_and_loopback_pass() {
        for good in [
            "wss://rtc.example.org",
            "https://rtc.example.org:8443/livekit/",
            "ws://127.0.0.1:7880",
            "http://localhost",
            "ws://[::1]:7880",
            "wss://[2001:db8::1]",
        ] {
            assert_eq!(check_server_url(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for (bad, reason) in [
            ("", UrlError::Scheme),
            ("rtc.example.org", UrlError::Scheme),
            ("javascript://x", UrlError::Scheme),
            (" wss://x", UrlError::Scheme),
            ("ws://rtc.example.org", UrlError::Insecure),
            ("http://127.0.0.1.example.org", UrlError::Insecure),
            ("ws://localhost.example.org", UrlError::Insecure),
            ("ws://0.0.0.0:7880", UrlError::Insecure),
            ("wss://user:password@x", UrlError::Credentials),
            ("ws://127.0.0.1@example.org", UrlError::Credentials),
            ("wss://", UrlError::Host),
            ("wss:///path", UrlError::Host),
            ("wss://a b", UrlError::Host),
            ("wss://x?access_token=1", UrlError::Host),
            ("wss://[::1", UrlError::Host),
            ("wss://x:0", UrlError::Port),
            ("wss://x:+1", UrlError::Port),
            ("wss://x:99999", UrlError::Port),
            ("wss://[::1]7880", UrlError::Port),
            ("wss://x/?a=b", UrlError::Path),
            ("wss://x/#a", UrlError::Path),
            ("wss://x/a\r\nb", UrlError::Path),
        ] {
            assert_eq!(check_server_url(bad), Err(reason), "{bad:?}");
        }
    }
}
