//! What of a value may be shown.

use roomkey_providers::ALL;
use serde_json::Value;

use super::given::PROVIDERS;

/// What stands for a secret.
const MASK: &str = "***";

/// A value as it may be shown.
pub(crate) fn masked(section: &str, key: &str, value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        _ if is_secret(section, key) => MASK.into(),
        Value::String(text) if (section, key) == ("database", "url") => {
            without_password(text).unwrap_or_else(|| text.clone()).into()
        }
        Value::Array(elements) if section.starts_with(PROVIDERS) => {
            Value::Array(elements.iter().map(|element| masked(section, key, element)).collect())
        }
        Value::Object(fields) => {
            let shown =
                |(name, value): (&String, &Value)| (name.clone(), masked(section, name, value));
            Value::Object(fields.iter().map(shown).collect())
        }
        _ => value.clone(),
    }
}

/// Whether the key of a profile, or of one of its keys, holds a secret.
pub(crate) fn is_secret(section: &str, key: &str) -> bool {
    section.starts_with(PROVIDERS) && ALL.iter().any(|descriptor| descriptor.secret_field == key)
}

/// Whether this is the URL of a database with something in it that may be a password.
pub(crate) fn holds_password(section: &str, key: &str, text: &str) -> bool {
    (section, key) == ("database", "url") && without_password(text).is_some()
}

/// Parameters of a PostgreSQL URL that hold no secret; any other may, such as `password` and `sslpassword`.
const OPEN_PARAMETERS: [&str; 24] = [
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssencmode",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "options",
    "passfile",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// The URL with what may be secret taken out; `None` if there is nothing.
///
/// This is the one place that knows where a URL holds a password.
/// Where the parts cannot be told apart, since a password holds a sign that should have been encoded, nothing of the
/// URL is shown.
fn without_password(text: &str) -> Option<String> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.contains([':', '@', '?', '=']).then(|| MASK.to_owned());
    };
    if scheme == "sqlite" {
        return None;
    }
    let hidden = || Some(format!("{scheme}://{MASK}"));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, rest) = match authority.rsplit_once('@') {
        // The last `@`: a password may hold another one.
        Some((user, host)) => (Some(user), format!("{host}{path}")),
        None => (None, rest.to_owned()),
    };
    let (place, parameters) = match rest.split_once('?') {
        Some((place, parameters)) => (place, Some(parameters)),
        None => (rest.as_str(), None),
    };
    if place.contains('@') || user.is_some_and(|user| user.contains('?')) {
        return hidden();
    }
    let user = user.map(|user| match user.split_once(':') {
        Some((user, _)) => format!("{user}:{MASK}@"),
        None => format!("{user}@"),
    });
    let open = |parameter: &str| match parameter.split_once('=') {
        Some((name, _)) if !OPEN_PARAMETERS.contains(&name) => format!("{name}={MASK}"),
        _ => parameter.to_owned(),
    };
    let parameters = parameters.map(|parameters| {
        let shown: Vec<String> = parameters.split('&').map(open).collect();
        format!("?{}", shown.join("&"))
    });
    let (user, parameters) = (user.unwrap_or_default(), parameters.unwrap_or_default());
    let shown = format!("{scheme}://{user}{place}{parameters}");
    (shown != text).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_found_and_masked_however_it_is_spelled() {
        for (url, shown) in [
            ("postgres://u:pw@host/db", "postgres://u:***@host/db"),
            ("postgres://u:p:@ss@host/db", "postgres://u:***@host/db"),
            ("postgres://u:pw@host", "postgres://u:***@host"),
            ("postgres://:pw@host/db", "postgres://:***@host/db"),
            ("postgres://u@h/db?password=pw", "postgres://u@h/db?password=***"),
            (
                "postgres://h/db?sslmode=require&password=p@s",
                "postgres://h/db?sslmode=require&password=***",
            ),
            ("postgres://h?password=pw", "postgres://h?password=***"),
            ("postgres:///db?host=/run&sslpassword=pw", "postgres:///db?host=/run&sslpassword=***"),
            ("postgres://h/db?pass%77ord=pw", "postgres://h/db?pass%77ord=***"),
            ("postgres://u:p/w@host/db", "postgres://***"),
            ("postgres://u:p?w@host/db", "postgres://***"),
            ("host=h password=pw", "***"),
        ] {
            assert!(holds_password("database", "url", url), "{url}");
            assert_eq!(masked("database", "url", &url.into()), shown, "{url}");
        }
    }

    #[test]
    fn a_url_without_a_password_is_shown_whole() {
        for url in [
            "postgres://u@host/db",
            "postgres://u@host:5432/db?sslmode=require&application_name=a@b",
            "postgres:///db?host=/run",
            "sqlite://data/a.db",
            "sqlite:///srv/a@b/roomkey.db",
            "roomkey.db",
        ] {
            assert!(!holds_password("database", "url", url), "{url}");
            assert_eq!(masked("database", "url", &url.into()), url, "{url}");
        }
    }

    #[test]
    fn secrets_of_profiles_are_masked_at_any_depth() {
        let keys = serde_json::json!([{"id": "a", "secret": "hunter2", "secret_file": "f"}]);
        let shown = masked("providers.stage", "keys", &keys).to_string();
        assert_eq!(shown, r#"[{"id":"a","secret":"***","secret_file":"f"}]"#);
        for field in ["secret", "certificate", "private_key"] {
            assert_eq!(masked("providers.stage", field, &"hunter2".into()), "***");
        }
        for field in ["key", "app_id", "application_id", "certificate_file", "private_key_file"] {
            assert_eq!(masked("providers.stage", field, &"public".into()), "public");
        }
    }
}
