//! Origins of web pages that may call the API: encrypted, or on this machine.

use std::net::IpAddr;

use roomkey_api::Origin;

/// Checks one origin of the list.
pub(super) fn parse(text: &str) -> Result<Origin, String> {
    if text == "*" {
        return Err("any origin is accepted with --dev only: list the exact origins".to_owned());
    }
    let origin: Origin =
        text.parse().map_err(|error: roomkey_api::OriginError| error.to_string())?;
    match text.split_once("://") {
        Some(("http", authority)) if !is_loopback(authority) => {
            Err("must begin with https://: only a loopback host may do without".to_owned())
        }
        _ => Ok(origin),
    }
}

/// Whether the host of an authority that was checked is this machine.
fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, _)) if !authority.ends_with(']') => host,
        _ => authority,
    };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in [
            "https://app.example.org",
            "http://localhost:5173",
            "http://127.0.0.1",
            "http://[::1]:3000",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in [
            "*",
            "null",
            "http://app.example.org",
            "http://localhost.example.org",
            "http://10.0.0.1:80",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
