//! Every key of the settings as data: what is read, checked, shown and documented loops over this table.

use std::thread;

use serde_json::Value;

use super::node;

/// One key of the settings.
#[derive(Debug)]
pub struct Spec {
    /// The table that it stands in.
    pub section: &'static str,
    /// Its name.
    pub key: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What is taken where nobody gives it.
    pub default: Default,
    /// What it means, one sentence.
    pub about: &'static str,
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// An address with a port.
    Address,
    /// An address with a port, or `off`.
    AddressOrOff,
    /// A file or a folder, relative to the folder of the settings file.
    Path,
    /// The URL of the database, which may hold a password.
    DatabaseUrl,
    /// A whole number.
    Count {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    List,
}

/// What is taken where nobody gives a value.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// This text.
    Text(&'static str),
    /// This number.
    Number(u32),
    /// This flag.
    Flag(bool),
    /// No element.
    EmptyList,
    /// Nothing; what that means, in a few words.
    Nothing(&'static str),
    /// What this machine says; what that is, in a few words.
    Machine(&'static str, fn() -> Value),
}

impl Kind {
    /// The type in words, as the reference and errors say it.
    pub fn words(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Address => "an address with a port, such as \"127.0.0.1:8080\"".to_owned(),
            Self::AddressOrOff => "an address with a port, or \"off\"".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::DatabaseUrl => "a URL".to_owned(),
            Self::Count { min, max } => format!("a whole number from {min} to {max}"),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Choice(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("one of {}", words.join(", "))
            }
            Self::List => "a list of texts".to_owned(),
        }
    }
}

impl Default {
    /// The value.
    pub fn value(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Number(number) => number.into(),
            Self::Flag(flag) => flag.into(),
            Self::EmptyList => Value::Array(Vec::new()),
            Self::Nothing(_) => Value::Null,
            Self::Machine(_, value) => value(),
        }
    }

    /// The default in words, as the reference says it.
    pub fn words(self) -> String {
        match self {
            Self::Text(text) => format!("`\"{text}\"`"),
            Self::Number(number) => format!("`{number}`"),
            Self::Flag(flag) => format!("`{flag}`"),
            Self::EmptyList => "`[]`".to_owned(),
            Self::Nothing(words) | Self::Machine(words, _) => words.to_owned(),
        }
    }
}

fn cores() -> Value {
    thread::available_parallelism().map_or(1, std::num::NonZero::get).into()
}

fn host() -> Value {
    node::host_name().into()
}

const fn row(
    section: &'static str,
    key: &'static str,
    kind: Kind,
    default: Default,
    about: &'static str,
) -> Spec {
    Spec { section, key, kind, default, about }
}

const fn count(min: u32, max: u32) -> Kind {
    Kind::Count { min, max }
}

/// Every key outside `[providers]`.
#[rustfmt::skip]
pub static SPECS: &[Spec] = &[
    row("server", "listen", Kind::Address, Default::Text("127.0.0.1:8080"),
        "Where the API listens; off loopback only where `behind_proxy` names the proxy in front of it."),
    row("server", "metrics_listen", Kind::AddressOrOff, Default::Text("127.0.0.1:9090"),
        "Where Prometheus reads `/metrics`, without authentication; `off` for nowhere."),
    row("server", "node", Kind::Text, Default::Machine("the host's name", host),
        "The name of this node in the entries of the log."),
    row("server", "behind_proxy", Kind::List, Default::EmptyList,
        "Addresses or networks of the proxies that end TLS in front of the desk; only they are believed about `X-Forwarded-For`."),
    row("server", "workers", count(1, 1024), Default::Machine("one for each core", cores),
        "Threads that answer requests."),
    row("server", "request_timeout_seconds", count(3, 300), Default::Number(10),
        "A request that takes longer, its body included, is ended with 408 or 503."),
    row("database", "url", Kind::DatabaseUrl, Default::Text("sqlite://data/roomkey.db"),
        "`sqlite://` with a path (relative to the settings file, or absolute with a third slash), or `postgres://user@host/database`."),
    row("database", "url_file", Kind::Path, Default::Nothing("none"),
        "A file that holds the URL, for one with a password in it; mode 0600; instead of `url`."),
    row("database", "queue", count(1, 1_000_000), Default::Number(4096),
        "Writes that may wait for a commit; one more is refused at once with 503."),
    row("database", "readers", count(1, 256), Default::Number(8),
        "Connections that read."),
    row("secrets", "key_file", Kind::Path, Default::Nothing("`roomkey.key` beside the SQLite file, made at the first start; required with PostgreSQL"),
        "The key-encryption key: 64 hexadecimal digits, mode 0600, the same file for every node."),
    row("lifetime", "default_seconds", count(1, 2_592_000), Default::Number(300),
        "Life of a key for which the client asked no lifetime."),
    row("lifetime", "min_seconds", count(1, 2_592_000), Default::Number(60),
        "Shortest life that may be asked for."),
    row("lifetime", "max_seconds", count(1, 2_592_000), Default::Number(3600),
        "Longest life that may be asked for; not over the limit of any configured provider."),
    row("sessions", "idle_seconds", count(60, 2_592_000), Default::Number(1800),
        "A session that is not used for so long has ended."),
    row("sessions", "absolute_seconds", count(60, 31_536_000), Default::Number(43_200),
        "A session ends after so long, used or not."),
    row("password", "min_length", count(8, 64), Default::Number(15),
        "Least number of characters of a new password; below 15 the start warns."),
    row("password", "memory_kib", count(1, 1_048_576), Default::Number(19_456),
        "Memory of one argon2id hash; weaker than the OWASP floors is refused."),
    row("password", "iterations", count(1, 16), Default::Number(2),
        "Passes of argon2id over its memory."),
    row("password", "lanes", count(1, 4), Default::Number(1),
        "Lanes of argon2id."),
    row("password", "hash_threads", count(1, 1024), Default::Machine("one for each core", cores),
        "Threads that hash passwords; each holds `memory_kib` once it has worked."),
    row("password", "hash_queue", count(1, 100_000), Default::Number(64),
        "Passwords that may wait to be hashed; one more is refused at once with 503."),
    row("login", "address_burst", count(1, 10_000), Default::Number(20),
        "Failed logins of one address (IPv6: of one /56) in a row."),
    row("login", "address_per_minute", count(1, 10_000), Default::Number(12),
        "How many of them come back in a minute."),
    row("login", "account_burst", count(1, 10_000), Default::Number(50),
        "Failed logins to one account in a row, from addresses that never logged in to it."),
    row("login", "account_per_minute", count(1, 10_000), Default::Number(10),
        "How many of them come back in a minute."),
    row("backends", "skew_seconds", count(0, 300), Default::Number(10),
        "How far the clocks of a backend and of the desk may be apart where a project JWT says when it was issued and when it expires."),
    row("backends", "require_jti", Kind::Flag, Default::Flag(false),
        "Whether a project JWT without `jti`, which can be replayed while it lives, is refused."),
    row("compat", "opentok", Kind::Flag, Default::Flag(false),
        "Serves OpenTok's REST interface and the paths of its sample servers below `/compat/opentok`."),
    row("compat", "agora", Kind::Flag, Default::Flag(false),
        "Serves the paths of Agora's token service below `/compat/agora`."),
    row("compat", "agora_rtm_room", Kind::Text, Default::Nothing("none: such requests are refused"),
        "The room whose members get the messaging keys for which no channel is named (`/rtm/…`)."),
    row("audit", "origin", Kind::Text, Default::Nothing("`roomkey/` and random digits, made at the first start"),
        "The name of the log in its checkpoints, such as `desk.example.org/log`; it is fixed with the first start."),
    row("audit", "open", Kind::Flag, Default::Flag(false),
        "Whether anybody may read the signed log below `/audit/log`, not only auditors and admins."),
    row("audit", "checkpoint_file", Kind::Path, Default::Nothing("`roomkey.checkpoint` beside the SQLite file; none with PostgreSQL"),
        "The file that holds the newest checkpoint; keep it out of backups of the database: it shows a database that was rolled back."),
    row("audit", "checkpoint_stdout", Kind::Flag, Default::Flag(false),
        "Whether each checkpoint is written to standard output too."),
    row("privacy", "keep_visits", Kind::Flag, Default::Flag(false),
        "Whether the whole address and the user agent of each login are kept, sealed under a key of that user; entries hold the truncated address either way."),
    row("privacy", "keep_visits_days", count(1, 3660), Default::Number(90),
        "Visits that are older are removed within ten minutes, also once `keep_visits` is off again."),
    row("cors", "allowed_origins", Kind::List, Default::EmptyList,
        "Web pages that may call the API: exact origins, `https://host[:port]`, or `http://` on loopback; empty means none (with `--dev` any)."),
    row("log", "folder", Kind::Path, Default::Nothing("none: standard error only"),
        "Folder of the log files, which are written beside standard error."),
    row("log", "format", Kind::Choice(&["text", "json"]), Default::Text("text"),
        "Form of the diagnostics."),
    row("log", "rotation", Kind::Choice(&["daily", "hourly", "never"]), Default::Text("daily"),
        "When a new log file is begun."),
    row("log", "keep", count(1, 10_000), Default::Number(14),
        "Log files that are kept; older ones are removed."),
    row("log", "level", Kind::Text, Default::Text("info,actix_server=warn"),
        "Least level (`error`, `warn`, `info`, `debug`, `trace`), or filters such as `info,roomkey_api=debug`."),
];

/// The row of a key.
pub(crate) fn find(section: &str, key: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.section == section && spec.key == key)
}

/// The names of the sections, `providers.<name>` among them, as an error lists them.
pub fn sections() -> Vec<&'static str> {
    let mut names: Vec<&str> = SPECS.iter().map(|spec| spec.section).collect();
    names.dedup();
    names.push("providers.<name>");
    names
}

/// The keys of a section.
pub(crate) fn keys(section: &str) -> Vec<&'static str> {
    SPECS.iter().filter(|spec| spec.section == section).map(|spec| spec.key).collect()
}
