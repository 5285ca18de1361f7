//! Settings as operators write them, right and wrong.

mod key;
mod profiles;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use roomkey_api::{Compat, HttpSettings};
use roomkey_auth::{LoginLimits, PasswordPolicy};
use roomkey_claims::{IdSource, SystemIds, Timestamp};
use roomkey_storage::Location;

use super::problem::SettingsError;
use super::{Settings, Sources, check, show};

const SECRET: &str = "canary-3e5a secret of over 32 bytes";

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("roomkey-settings-{}", SystemIds.uuid_v4()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> &Self {
        fs::write(self.0.join(name), text).unwrap();
        fs::set_permissions(self.0.join(name), fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    fn sources(&self, text: &str) -> Sources {
        self.write("roomkey.toml", text, 0o600);
        Sources {
            file: self.0.join("roomkey.toml"),
            dev: false,
            flags: Vec::new(),
            environment: BTreeMap::new(),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn load(text: &str) -> Result<Settings, SettingsError> {
    let folder = Folder::new();
    folder.write("livekit.secret", &format!("{SECRET}\n"), 0o600);
    folder.sources(text).load()
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let problems = load(text).expect_err("these settings are wrong").problems();
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "{problem}\n  lacks {expected}");
        assert!(!problem.contains("canary"), "{problem}");
    }
}

const STAGE: &str = "[providers.stage]\nkind = \"livekit\"\nurl = \"wss://rtc.example.org\"\n";

const WHOLE: &str = r#"
[server]
listen = "127.0.0.1:8080"
metrics_listen = "127.0.0.1:9090"

[database]
url = "sqlite://data/roomkey.db"

[lifetime]
default_seconds = 300
min_seconds = 60
max_seconds = 3600

[cors]
allowed_origins = []

[providers.stage]
kind = "livekit"
url = "wss://rtc.example.org"
key = "APIexample"
secret_file = "livekit.secret"
"#;

#[test]
fn the_documented_file_works_and_an_empty_one_too() {
    let settings = load(WHOLE).unwrap();
    assert!(settings.warnings.is_empty(), "{:?}", settings.warnings);
    assert_eq!(settings.profiles.len(), 1);
    let Location::Sqlite(path) = &settings.database.location else { panic!("SQLite") };
    assert!(path.ends_with("data/roomkey.db") && path.is_absolute());
    assert!(!format!("{:?}", settings.profiles).contains("canary"));
    assert_eq!(load("").unwrap().sessions.idle.as_secs(), 1_800);
}

#[test]
fn several_keys_rotate() {
    let settings = load(&format!(
        "{STAGE}[[providers.stage.keys]]\nid = \"old\"\nsecret_file = \"livekit.secret\"\nstate = \"retired\"\n\
         [[providers.stage.keys]]\nid = \"new\"\nsecret_file = \"livekit.secret\"\nnot_after = 2027-01-01T00:00:00Z\n"
    ))
    .unwrap();
    let before = Timestamp::parse("2026-12-31T00:00:00Z").unwrap();
    let after = Timestamp::parse("2027-01-01T00:00:01Z").unwrap();
    assert_eq!(check::keys(&settings.profiles, before), (vec![], vec![]));
    let (wrong, _) = check::keys(&settings.profiles, after);
    assert!(
        wrong.first().unwrap().contains("past its not_after and there is no other"),
        "{wrong:?}"
    );
}

#[test]
fn unknown_and_double_keys_are_errors() {
    refused("[server]\nlistne = \"x\"\n", &["unknown key: [server] has listen, metrics_listen"]);
    refused("[sever]\nlisten = \"x\"\n", &["unknown section: there are server, database"]);
    refused("listen = \"x\"\n", &["unknown section"]);
    refused("[log]\nlevel = \"info\"\nlevel = \"warn\"\n", &["line 3: duplicate key"]);
    refused(
        &format!("{STAGE}sekret = \"canary\"\nkey = \"k\"\nsecret_file = \"livekit.secret\"\n"),
        &[
            "unknown field `sekret`: known are `kind`, `key`, `secret`, `secret_file`, `keys`, `url`",
        ],
    );
    refused(
        "[providers.stage]\nurl = \"wss://x\"\n",
        &["`kind` is missing: it is one of agora, livekit, opentok, vonage"],
    );
    refused(
        "[providers.stage]\nkind = \"jitsi\"\n",
        &["must be one of agora, livekit, opentok, vonage"],
    );
    refused("[providers.Stage]\nkind = \"livekit\"\n", &["the name of a profile must match"]);
    let unknown =
        format!("{STAGE}[[providers.stage.keys]]\nid = \"a\"\nsecret_flie = \"canary\"\n");
    refused(
        &unknown,
        &["key 1: unknown key `secret_flie`: known are id, secret, secret_file, state, not_after"],
    );
}

#[test]
fn a_broken_file_tells_the_line_and_never_its_text() {
    refused("[providers.stage]\nsecret = \"canary\n", &["line 2:"]);
}

#[test]
fn bounds_that_make_no_sense_are_errors() {
    refused(
        "[lifetime]\nmin_seconds = 600\n",
        &["the default lifetime of 300 s is outside 600 s to 3600 s"],
    );
    refused(
        "[lifetime]\nmax_seconds = 59\n",
        &["the minimum lifetime of 60 s is over the maximum of 59 s"],
    );
    refused("[lifetime]\nmin_seconds = 0\n", &["must be a whole number from 1"]);
    refused("[lifetime]\nmin_seconds = \"60\"\n", &["must be a whole number from 1"]);
    let over = format!(
        "[lifetime]\nmax_seconds = 90000\n{STAGE}key = \"k\"\nsecret_file = \"livekit.secret\"\n"
    );
    refused(&over, &["90000 s is over the 86400 s that livekit knows (profile stage)"]);
    refused(
        "[sessions]\nidle_seconds = 7200\nabsolute_seconds = 3600\n",
        &["7200 s is over absolute_seconds"],
    );
    refused("[password]\nmemory_kib = 8192\niterations = 1\n", &["is too weak"]);
    refused("[password]\nmin_length = 7\n", &["from 8 to 64"]);
    assert_eq!(load("[password]\nmin_length = 8\n").unwrap().warnings.len(), 2);
}

#[test]
fn secrets_are_given_once_kept_closed_and_long_enough() {
    let both =
        format!("{STAGE}key = \"k\"\nsecret = \"canary\"\nsecret_file = \"livekit.secret\"\n");
    refused(&both, &["`secret` and `secret_file` are both given: give one"]);
    refused(&format!("{STAGE}key = \"k\"\nsecret = \"canary\"\n"), &["shorter than 32 bytes"]);
    refused(&format!("{STAGE}key = \"k\"\n"), &["`secret_file` (or `secret`) is missing"]);
    refused(
        &format!("{STAGE}key = \"k\"\nsecret_file = \"none\"\n"),
        &["cannot be read: No such file"],
    );
    refused("[database]\nurl = \"sqlite://a\"\nurl_file = \"livekit.secret\"\n", &["give one"]);
    let folder = Folder::new();
    folder.write("open.secret", SECRET, 0o640);
    let sources = folder.sources(&format!("{STAGE}key = \"k\"\nsecret_file = \"open.secret\"\n"));
    let problems = sources.load().unwrap_err().problems();
    assert!(problems.first().unwrap().contains("can be read by others: chmod 600"), "{problems:?}");
    for inline in [
        format!("{STAGE}key = \"k\"\nsecret = \"{SECRET}\"\n"),
        "[database]\nurl = \"postgres://u:password@h/d\"\n".to_owned(),
        "[database]\nurl = \"postgres://u@h/d?password=secret\"\n".to_owned(),
    ] {
        let sources = folder.sources(&inline);
        folder.write("roomkey.toml", &inline, 0o644);
        let problems = sources.load().unwrap_err().problems();
        assert!(
            problems
                .iter()
                .any(|problem| problem.contains("holds a secret and can be read by others")),
            "{problems:?}"
        );
    }
}

#[test]
fn backends_and_the_vendors_surfaces_have_sections_of_their_own() {
    let plain = load("").unwrap();
    assert_eq!((plain.backends.skew.as_secs(), plain.backends.require_jti), (10, false));
    assert_eq!(plain.compat, Compat::OFF);
    let settings = load(
        "[backends]\nskew_seconds = 0\nrequire_jti = true\n\
         [compat]\nopentok = true\nagora = true\nagora_rtm_room = \"lobby\"\n",
    );
    let settings = settings.unwrap();
    assert_eq!((settings.backends.skew.as_secs(), settings.backends.require_jti), (0, true));
    let agora_rtm_room = Some("lobby".parse().unwrap());
    assert_eq!(settings.compat, Compat { opentok: true, agora: true, agora_rtm_room });
    let unused = load("[compat]\nagora_rtm_room = \"lobby\"\n").unwrap();
    assert!(unused.warnings.iter().any(|warning| warning.contains("set compat.agora = true")));
    refused("[backends]\nskew_seconds = 301\n", &["from 0 to 300"]);
    refused("[backends]\nrequire_jti = \"yes\"\n", &["must be `true` or `false`"]);
    refused("[compat]\nopentok = 1\nagora = \"true\"\n", &["must be `true`", "must be `true`"]);
    refused("[compat]\nagora_rtm_room = \"the lobby\"\n", &["must match"]);
    refused("[compat]\nvonage = true\n", &["[compat] has opentok, agora, agora_rtm_room"]);
    let folder = Folder::new();
    let mut sources = folder.sources("");
    sources.environment.insert("ROOMKEY__COMPAT__OPENTOK".to_owned(), "true".to_owned());
    sources.flags = vec!["backends.require_jti=true".to_owned()];
    let settings = sources.load().unwrap();
    assert!(settings.compat.opentok && settings.backends.require_jti);
}

#[test]
fn listeners_stay_on_loopback_without_a_proxy() {
    refused(
        "[server]\nlisten = \"0.0.0.0:8080\"\nmetrics_listen = \"[::]:9090\"\n",
        &["name it in `server.behind_proxy`", "name it in `server.behind_proxy`"],
    );
    refused("[server]\nlisten = \"localhost:8080\"\n", &["must be an IP address with a port"]);
    refused(
        "[server]\nbehind_proxy = [\"proxy\", \"0.0.0.0/0\"]\n",
        &["not an address or a network", "trusts everybody"],
    );
    assert!(load("[server]\nlisten = \"0.0.0.0:80\"\nbehind_proxy = [\"10.0.0.5\"]\n").is_ok());
    assert!(load("[server]\nmetrics_listen = \"off\"\n").unwrap().server.metrics_listen.is_none());
}

#[test]
fn other_values_are_checked_too() {
    refused("[cors]\nallowed_origins = [\"*\"]\n", &["with --dev only"]);
    refused(
        "[cors]\nallowed_origins = [\"http://app.example.org\"]\n",
        &["must begin with https://"],
    );
    refused("[log]\nformat = \"xml\"\n", &["must be one of \"text\", \"json\""]);
    refused("[log]\nlevel = \"loud\"\n", &["error, warn, info, debug, trace"]);
    refused("[log]\nlevel = \"loud=?\"\n", &["error, warn, info, debug, trace"]);
    refused("[database]\nurl = \"mysql://x\"\n", &["must be sqlite://"]);
    refused("[database]\nurl = \"postgres://u@h/d\"\n", &["is required with PostgreSQL"]);
    refused("[server]\nworkers = true\nnode = \"a b\"\n", &["must match", "from 1 to 1024"]);
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let folder = Folder::new();
    let mut sources = folder
        .sources("[server]\nlisten = \"127.0.0.1:1\"\nnode = \"file\"\n[log]\nlevel = \"warn\"\n");
    let mut set =
        |name: &str, value: &str| sources.environment.insert(name.to_owned(), value.to_owned());
    set("ROOMKEY__SERVER__LISTEN", "127.0.0.1:2");
    set("ROOMKEY__SERVER__NODE", "env");
    set("ROOMKEY__LIFETIME__MIN_SECONDS", "30");
    set("ROOMKEY__CORS__ALLOWED_ORIGINS", "https://a.example, https://b.example");
    sources.flags = vec!["server.listen=127.0.0.1:3".to_owned()];
    let settings = sources.load().unwrap();
    let shown: BTreeMap<String, (String, String)> = show::all(&settings)
        .into_iter()
        .map(|row| (row.key, (row.value.to_string(), row.origin)))
        .collect();
    let row = |key: &str| {
        shown.get(key).map(|(value, origin)| (value.as_str(), origin.as_str())).unwrap()
    };
    assert_eq!(row("server.listen"), ("\"127.0.0.1:3\"", "flag"));
    assert_eq!(row("server.node"), ("\"env\"", "environment ROOMKEY__SERVER__NODE"));
    assert_eq!(row("lifetime.min_seconds"), ("30", "environment ROOMKEY__LIFETIME__MIN_SECONDS"));
    assert_eq!(row("log.level"), ("\"warn\"", "file line 5"));
    assert_eq!(row("lifetime.max_seconds"), ("3600", "default"));
    assert_eq!(row("cors.allowed_origins").0, "[\"https://a.example\",\"https://b.example\"]");
}

#[test]
fn the_environment_is_checked_like_the_file() {
    let folder = Folder::new();
    let wrong = |name: &str, value: &str| {
        let mut sources = folder.sources("");
        sources.environment.insert(name.to_owned(), value.to_owned());
        sources.load().unwrap_err().to_string()
    };
    assert!(wrong("ROOMKEY__SERVER__LISTNE", "x").contains("unknown key"));
    assert!(wrong("ROOMKEY__LISTEN", "x").contains("unknown section"));
    assert!(wrong("ROOMKEY__server__listen", "x").contains("upper case"));
    assert!(wrong("ROOMKEY__LIFETIME__MIN_SECONDS", "a minute").contains("whole number"));
    assert!(wrong("ROOMKEY__PROVIDERS__STAGE__URL", "x").contains("`kind` is missing"));
}

#[test]
fn a_profile_can_come_from_the_environment_alone() {
    let folder = Folder::new();
    let mut sources = folder.sources("");
    for (key, value) in [("KIND", "livekit"), ("URL", "wss://x"), ("KEY", "k"), ("SECRET", SECRET)]
    {
        sources.environment.insert(format!("ROOMKEY__PROVIDERS__STAGE__{key}"), value.to_owned());
    }
    let settings = sources.load().unwrap();
    let shown = show::all(&settings).iter().map(|row| row.json().to_string()).collect::<String>();
    assert!(shown.contains("\"value\":\"***\""), "{shown}");
    assert!(!shown.contains("canary"));
}

#[test]
fn secrets_are_no_flags() {
    let folder = Folder::new();
    let mut sources = folder.sources("");
    sources.flags = [
        "providers.stage.secret=canary",
        "database.url=postgres://u:canary@h/d",
        "database.url=postgres://u@h/d?password=canary",
        "a",
        "log.level=x",
        "log.level=y",
    ]
    .map(str::to_owned)
    .into();
    let problems = sources.load().unwrap_err().to_string();
    assert_eq!(problems.matches("never an argument").count(), 3, "{problems}");
    assert!(
        problems.contains("section.key=value") && problems.contains("given twice"),
        "{problems}"
    );
    assert!(!problems.contains("canary"));
}

#[test]
fn dev_needs_no_file_and_stays_on_loopback() {
    let folder = Folder::new();
    let mut sources = folder.sources("this is not read");
    sources.dev = true;
    let settings = sources.load().unwrap();
    assert!(settings.profiles.contains_key(&"dev".parse().unwrap()));
    sources.flags =
        vec!["server.listen=0.0.0.0:1".to_owned(), "server.behind_proxy=10.0.0.1".to_owned()];
    assert!(sources.load().unwrap_err().to_string().contains("--dev listens on loopback only"));
}

#[test]
fn a_missing_file_says_how_to_get_one() {
    let sources = Sources {
        file: Path::new("/nonexistent/roomkey.toml").to_owned(),
        dev: false,
        flags: Vec::new(),
        environment: BTreeMap::new(),
    };
    let text = sources.load().unwrap_err().to_string();
    assert!(text.contains("`roomkey init` writes one"), "{text}");
}

#[test]
fn every_key_has_a_default_of_its_own_type() {
    let settings = load("").unwrap();
    for row in show::all(&settings) {
        assert_eq!(row.origin, "default", "{}", row.key);
    }
}

#[test]
fn the_defaults_of_the_table_are_those_of_the_crates_that_use_them() {
    let settings = load("").unwrap();
    assert_eq!(settings.password.policy, PasswordPolicy::RECOMMENDED);
    assert_eq!(settings.login, LoginLimits::RECOMMENDED);
    let http = HttpSettings::new(settings.cors.clone(), settings.server.behind_proxy.clone());
    assert_eq!(settings.server.request_timeout, http.request_timeout);
    assert_eq!(settings.server.workers.get(), http.workers);
    assert_eq!((settings.compat, settings.audit.open), (http.compat, http.open_log));
}
