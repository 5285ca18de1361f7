//! How the HTTP surface behaves.

use std::time::Duration;

use crate::http::{AllowedOrigins, Network};

/// How the HTTP surface behaves.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Origins whose pages may use the desk.
    pub allowed_origins: AllowedOrigins,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Threads that serve.
    pub workers: usize,
    /// Most connections of one worker at a time.
    pub max_connections: usize,
    /// How long a request may take, with its body.
    pub request_timeout: Duration,
    /// How long the headers of a request may take.
    pub header_timeout: Duration,
    /// How long a connection may stay open without a request.
    pub keep_alive: Duration,
    /// How long a stop waits for what is in flight.
    pub shutdown_timeout: Duration,
}

impl HttpSettings {
    /// These origins and proxies, and the limits that the operations manual names.
    pub fn new(allowed_origins: AllowedOrigins, trusted_proxies: Vec<Network>) -> Self {
        Self {
            allowed_origins,
            trusted_proxies,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            max_connections: 10_000,
            request_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(15),
            shutdown_timeout: Duration::from_secs(15),
        }
    }
}
