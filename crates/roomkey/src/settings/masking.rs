//! What of a value may be shown.

use serde_json::Value;

use super::layers::PROVIDERS;
use super::profiles;

/// What stands for a secret.
const MASK: &str = "***";

/// A value as it may be shown.
pub(crate) fn masked(section: &str, key: &str, value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        _ if profiles::is_secret(section, key) => MASK.into(),
        Value::String(text) if has_password(section, key, text) => without_password(text).into(),
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

/// Whether this is the URL of a database with a password, or with parameters that may hold one.
pub(crate) fn has_password(section: &str, key: &str, text: &str) -> bool {
    if (section, key) != ("database", "url") {
        return false;
    }
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.rsplit_once('@').map_or("", |(authority, _)| authority);
    authority.contains(':') || rest.contains('?')
}

/// The URL with what may be secret taken out.
fn without_password(text: &str) -> String {
    let text =
        text.split_once('?').map_or_else(|| text.to_owned(), |(url, _)| format!("{url}?{MASK}"));
    let Some((scheme, rest)) = text.split_once("://") else { return MASK.to_owned() };
    let Some((authority, host)) = rest.rsplit_once('@') else { return text };
    let user = authority.split_once(':').map_or(authority, |(user, _)| user);
    format!("{scheme}://{user}:{MASK}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_masked() {
        let shown = |url: &str| masked("database", "url", &url.into());
        assert_eq!(shown("postgres://u:p:@ss@host/db"), "postgres://u:***@host/db");
        assert_eq!(shown("postgres://h/db?password=x"), "postgres://h/db?***");
        assert_eq!(shown("postgres://u@host/db"), "postgres://u@host/db");
        assert_eq!(shown("sqlite://data/a.db"), "sqlite://data/a.db");
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
