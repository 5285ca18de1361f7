//! Each section out of the layers: all values are read before the first missing one ends it, so that every problem of
//! a section is reported.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use roomkey_api::{AllowedOrigins, Compat, Network};
use roomkey_audit::tree::key::KeyName;
use roomkey_auth::{HashSettings, LoginLimits, PasswordPolicy, ProjectRules, Rate};
use roomkey_claims::{Bounds, RoomId};
use roomkey_desk::log::outlet::Outlet;
use roomkey_desk::sessions::visits::{Privacy, Visits};
use roomkey_storage::{KeySource, Location};
use secrecy::ExposeSecret;

use super::reading::{Noted, Reading};
use super::values::{Audit, Database, Log, LogFormat, Password, Rotation, Server, Sessions};
use super::{secret, web_origin};

/// `[server]`.
pub(super) fn server(from: &mut Reading<'_>, dev: bool) -> Option<Server> {
    let listen = from.parsed("server", "listen", address);
    let metrics_listen = from.parsed("server", "metrics_listen", |text| match text {
        "off" => Ok(None),
        _ => address(text).map(Some),
    });
    let node = from.parsed("server", "node", |text| text.to_owned().try_into());
    let behind_proxy = from.list("server", "behind_proxy", |text| {
        if text.ends_with("/0") {
            return Err("a network of every address trusts everybody: name the proxy".to_owned());
        }
        text.parse::<Network>().map_err(|error| error.to_string())
    });
    let workers = from.count("server", "workers");
    let seconds = from.count("server", "request_timeout_seconds");
    let server = Server {
        listen: listen?,
        metrics_listen: metrics_listen?,
        node: node?,
        behind_proxy: behind_proxy?,
        workers: size(workers?),
        request_timeout: Duration::from_secs(seconds?.into()),
    };
    let loopback = |address: &SocketAddr| address.ip().to_canonical().is_loopback();
    let listeners = [("listen", Some(server.listen)), ("metrics_listen", server.metrics_listen)];
    let mut right = true;
    for (key, address) in listeners {
        if address.as_ref().is_none_or(loopback) {
            continue;
        }
        if dev {
            from.wrong("server", key, "--dev listens on loopback only: 127.0.0.1 or [::1]");
            right = false;
        } else if server.behind_proxy.is_empty() {
            let message = "off loopback the desk speaks through a proxy that ends TLS: name it in \
                           `server.behind_proxy`, or listen on 127.0.0.1";
            from.wrong("server", key, message);
            right = false;
        }
    }
    right.then_some(server)
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "must be an IP address with a port, such as 127.0.0.1:8080 or [::1]:8080")
}

fn size(count: u32) -> NonZeroUsize {
    usize::try_from(count).ok().and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN)
}

/// `[database]`, with its paths taken from the folder of the settings.
pub(super) fn database(from: &mut Reading<'_>, folder: &std::path::Path) -> Option<Database> {
    let file = from.path("database", "url_file");
    let location = match file {
        Ok(Some(_)) if from.is_given("database", "url") => {
            from.wrong("database", "url_file", "`url` and `url_file` are both given: give one");
            None
        }
        Ok(Some(path)) => {
            let parsed = secret::read(&path).and_then(|url| {
                url.expose_secret().parse::<Location>().map_err(|error| error.to_string())
            });
            parsed.map_err(|message| from.wrong("database", "url_file", message)).ok()
        }
        Ok(None) => from.parsed("database", "url", str::parse::<Location>),
        Err(Noted) => None,
    };
    let queue = from.count("database", "queue");
    let readers = from.count("database", "readers");
    Some(Database {
        location: location?.relative_to(folder),
        queue: size(queue?).get(),
        readers: readers?,
    })
}

/// `[secrets]`.
pub(super) fn key(from: &mut Reading<'_>, database: Option<&Database>) -> Option<KeySource> {
    match from.path("secrets", "key_file").ok()? {
        Some(path) => Some(KeySource::File(path)),
        None if database
            .is_some_and(|database| matches!(database.location, Location::Postgres(_))) =>
        {
            let message = "is required with PostgreSQL: make 64 hexadecimal digits with \
                           `openssl rand -hex 32`, mode 0600, the same file for every node";
            from.wrong("secrets", "key_file", message);
            None
        }
        None => Some(KeySource::BesideDatabase),
    }
}

/// `[lifetime]`.
pub(super) fn lifetime(from: &mut Reading<'_>) -> Option<Bounds> {
    let min = from.count("lifetime", "min_seconds");
    let default = from.count("lifetime", "default_seconds");
    let max = from.count("lifetime", "max_seconds");
    let (min, default, max) = (min?, default?, max?);
    match Bounds::new(min, default, max) {
        Ok(bounds) => Some(bounds),
        Err(error) => {
            let key = match error {
                roomkey_claims::BoundsError::DefaultOutside { .. } => "default_seconds",
                roomkey_claims::BoundsError::Zero => "min_seconds",
                roomkey_claims::BoundsError::Inverted { .. } => "max_seconds",
            };
            from.wrong("lifetime", key, error);
            None
        }
    }
}

/// `[sessions]`.
pub(super) fn sessions(from: &mut Reading<'_>) -> Option<Sessions> {
    let idle = from.count("sessions", "idle_seconds");
    let absolute = from.count("sessions", "absolute_seconds");
    let (idle, absolute) = (idle?, absolute?);
    if absolute < idle {
        from.wrong(
            "sessions",
            "idle_seconds",
            format_args!("{idle} s is over absolute_seconds, {absolute} s"),
        );
        return None;
    }
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    Some(Sessions { idle: seconds(idle), absolute: seconds(absolute) })
}

/// `[password]`.
pub(super) fn password(from: &mut Reading<'_>) -> Option<Password> {
    let min_length = from.count("password", "min_length");
    let memory = from.count("password", "memory_kib");
    let iterations = from.count("password", "iterations");
    let lanes = from.count("password", "lanes");
    let threads = from.count("password", "hash_threads");
    let queue = from.count("password", "hash_queue");
    let policy = PasswordPolicy::new(size(min_length?).get());
    let policy = policy.map_err(|error| from.wrong("password", "min_length", error)).ok();
    let hashing = HashSettings::new(memory?, iterations?, lanes?);
    let hashing = hashing.map_err(|error| from.wrong("password", "memory_kib", error)).ok();
    Some(Password {
        policy: policy?,
        hashing: hashing?,
        threads: size(threads?),
        queue: size(queue?),
    })
}

/// `[login]`.
pub(super) fn login(from: &mut Reading<'_>) -> Option<LoginLimits> {
    let mut rate = |burst: &str, per_minute: &str| {
        let (many, more) = (from.count("login", burst), from.count("login", per_minute));
        Rate::new(many?, more?).map_err(|error| from.wrong("login", burst, error)).ok()
    };
    let per_address = rate("address_burst", "address_per_minute");
    let per_account = rate("account_burst", "account_per_minute");
    Some(LoginLimits { per_address: per_address?, per_account: per_account? })
}

/// `[backends]`.
pub(super) fn backends(from: &mut Reading<'_>) -> Option<ProjectRules> {
    let skew = from.count("backends", "skew_seconds");
    let require_jti = from.flag("backends", "require_jti");
    Some(ProjectRules { skew: Duration::from_secs(skew?.into()), require_jti: require_jti? })
}

/// `[compat]`.
pub(super) fn compat(from: &mut Reading<'_>) -> Option<Compat> {
    let opentok = from.flag("compat", "opentok");
    let agora = from.flag("compat", "agora");
    let agora_rtm_room = from.optional("compat", "agora_rtm_room", str::parse::<RoomId>);
    Some(Compat { opentok: opentok?, agora: agora?, agora_rtm_room: agora_rtm_room.ok()? })
}

/// `[privacy]`.
pub(super) fn privacy(from: &mut Reading<'_>) -> Option<Privacy> {
    const DAY: u64 = 86_400;
    let keep_visits = from.flag("privacy", "keep_visits");
    let days = from.count("privacy", "keep_visits_days");
    Some(Privacy {
        visits: if keep_visits? { Visits::On } else { Visits::Off },
        keep: Duration::from_secs(u64::from(days?) * DAY),
    })
}

/// `[audit]`.
pub(super) fn audit(from: &mut Reading<'_>, database: Option<&Database>) -> Option<Audit> {
    let origin = from.optional("audit", "origin", str::parse::<KeyName>);
    let open = from.flag("audit", "open");
    let file = from.path("audit", "checkpoint_file");
    let stdout = from.flag("audit", "checkpoint_stdout");
    let beside = || match &database?.location {
        Location::Sqlite(path) => Some(path.with_file_name("roomkey.checkpoint")),
        Location::Postgres(_) => None,
    };
    let file = file.ok()?.or_else(beside);
    Some(Audit { origin: origin.ok()?, open: open?, outlet: Outlet { file, stdout: stdout? } })
}

/// `[cors]`.
pub(super) fn cors(from: &mut Reading<'_>, dev: bool) -> Option<AllowedOrigins> {
    if dev && !from.is_given("cors", "allowed_origins") {
        return Some(AllowedOrigins::AnyForDev);
    }
    let origins = from.list("cors", "allowed_origins", web_origin::parse)?;
    Some(AllowedOrigins::List(origins.into_iter().collect()))
}

/// Whether every filter without `=` is a level: any other word would be taken for a target and silence the rest.
fn bare_words_are_levels(text: &str) -> bool {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let mut bare = text.split(',').map(str::trim).filter(|filter| !filter.contains('='));
    !text.trim().is_empty()
        && bare.all(|filter| LEVELS.contains(&filter.to_ascii_lowercase().as_str()))
}

/// `[log]`.
pub(super) fn log(from: &mut Reading<'_>) -> Option<Log> {
    let folder = from.path("log", "folder");
    let format =
        from.choice("log", "format", &[("text", LogFormat::Text), ("json", LogFormat::Json)]);
    let rotations =
        [("daily", Rotation::Daily), ("hourly", Rotation::Hourly), ("never", Rotation::Never)];
    let rotation = from.choice("log", "rotation", &rotations);
    let keep = from.count("log", "keep");
    let level = from.parsed("log", "level", |text| {
        match tracing_subscriber::EnvFilter::try_new(text) {
            Ok(_) if bare_words_are_levels(text) => Ok(text.to_owned()),
            Ok(_) => Err("must be error, warn, info, debug, trace, or filters such as info,roomkey_api=debug".to_owned()),
            Err(error) => Err(format!("{error}: error, warn, info, debug, trace, or filters such as info,roomkey_api=debug")),
        }
    });
    Some(Log {
        folder: folder.ok()?,
        format: format?,
        rotation: rotation?,
        keep: size(keep?).get(),
        level: level?,
    })
}
