//! Origins of web pages that may call the API (RFC 6454 section 6.2), exact, as a browser sends them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Checks an origin; `dev` lets `*` through, which stands for any.
pub(crate) fn parse(text: &str, dev: bool) -> Result<String, String> {
    if text == "*" {
        return if dev {
            Ok(text.to_owned())
        } else {
            Err("any origin is accepted with --dev only: list the exact origins".to_owned())
        };
    }
    let form = || "must be an exact origin: https://host or https://host:port, nothing behind it".to_owned();
    let (scheme, authority) = text.split_once("://").ok_or_else(form)?;
    let loopback = host_is_loopback(authority).ok_or_else(form)?;
    match scheme {
        "https" if authority.ends_with(":443") => Err("browsers leave :443 out: leave it out".to_owned()),
        "http" if authority.ends_with(":80") => Err("browsers leave :80 out: leave it out".to_owned()),
        "https" => Ok(text.to_owned()),
        "http" if loopback => Ok(text.to_owned()),
        "http" => Err("must begin with https://: only a loopback host may do without".to_owned()),
        _ => Err(form()),
    }
}

/// Whether the host is this machine; `None` where host or port are malformed.
fn host_is_loopback(authority: &str) -> Option<bool> {
    let (host, port, loopback) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        let port = match port {
            "" => None,
            _ => Some(port.strip_prefix(':')?),
        };
        (host, port, host.parse::<Ipv6Addr>().ok()?.is_loopback())
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let allowed = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
        };
        if host.is_empty() || !host.bytes().all(allowed) {
            return None;
        }
        let loopback = host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
        (host, port, loopback || host == "localhost")
    };
    let number = |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port != 0);
    (!host.is_empty() && port.is_none_or(number)).then_some(loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_origins_pass() {
        for good in [
            "https://app.example.org",
            "https://app.example.org:8443",
            "http://localhost:5173",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
        ] {
            assert_eq!(parse(good, false).as_deref(), Ok(good));
        }
        assert!(parse("*", true).is_ok());
    }

    #[test]
    fn anything_looser_is_refused() {
        for bad in [
            "*",
            "null",
            "",
            "https://",
            "https://*.example.org",
            "https://app.example.org/",
            "https://App.example.org",
            "https://app.example.org:443",
            "https://a:0",
            "https://a:99999",
            "https://u@a",
            "http://app.example.org",
            "http://localhost.example.org",
            "ftp://localhost",
        ] {
            assert!(parse(bad, false).is_err(), "{bad}");
        }
    }
}
