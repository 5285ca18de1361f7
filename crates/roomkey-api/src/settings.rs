//! How the HTTP surface behaves.

use std::time::Duration;

use roomkey_claims::RoomId;

use crate::edge::origin::AllowedOrigins;
use crate::edge::peer::Network;

/// Which surfaces for the vendors' own clients are served, below `/compat`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compat {
    /// OpenTok's REST interface and the paths of its sample servers, below `/compat/opentok`.
    pub opentok: bool,
    /// The paths of Agora's token service, below `/compat/agora`.
    pub agora: bool,
    /// The room that a request for a messaging token alone is decided by; without one such a request is refused.
    pub agora_rtm_room: Option<RoomId>,
}

impl Compat {
    /// None is served.
    pub const OFF: Self = Self { opentok: false, agora: false, agora_rtm_room: None };
}

/// How the HTTP surface behaves.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Origins whose pages may use the desk.
    pub allowed_origins: AllowedOrigins,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The surfaces for the vendors' own clients.
    pub compat: Compat,
    /// Whether anybody may read the signed log, not only auditors and admins.
    pub open_log: bool,
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
            compat: Compat::OFF,
            open_log: false,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            max_connections: 10_000,
            request_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(15),
            shutdown_timeout: Duration::from_secs(15),
        }
    }
}
