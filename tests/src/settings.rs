//! A settings file that tests can change line by line.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The sections of a settings file; values are TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings(BTreeMap<String, BTreeMap<String, String>>);

impl Settings {
    /// What every desk of the tests has: free ports of the loopback and one LiveKit profile, `stage`.
    pub fn new(database_url: &str) -> Self {
        let mut settings = Self(BTreeMap::new());
        settings.set("server", "listen", "\"127.0.0.1:0\"");
        settings.set("server", "metrics_listen", "\"127.0.0.1:0\"");
        settings.set("database", "url", &format!("{database_url:?}"));
        settings.set("providers.stage", "kind", "\"livekit\"");
        settings.set("providers.stage", "url", "\"wss://rtc.example.org\"");
        settings.set("providers.stage", "key", "\"APIstage\"");
        settings.set("providers.stage", "secret_file", "\"livekit.secret\"");
        settings
    }

    /// Sets one value, which is TOML: texts come with their quotes.
    pub fn set(&mut self, section: &str, key: &str, value: &str) -> &mut Self {
        let section = self.0.entry(section.to_owned()).or_default();
        section.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Leaves one value out, and a section that has none any more.
    pub fn unset(&mut self, section: &str, key: &str) -> &mut Self {
        if let Some(section) = self.0.get_mut(section) {
            section.remove(key);
        }
        self.0.retain(|_, values| !values.is_empty());
        self
    }

    /// The file.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        for (section, values) in &self.0 {
            writeln!(text, "[{section}]").unwrap_or_default();
            for (key, value) in values {
                writeln!(text, "{key} = {value}").unwrap_or_default();
            }
            text.push('\n');
        }
        text
    }
}
