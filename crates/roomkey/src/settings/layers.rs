//! The layers of the settings, merged: flags over the environment over the file, each value with its origin.
//!
//! Written over `toml` and not over the crate `config`: that one folds names to lower case, merges what is given twice,
//! reports the first unknown key only and keeps no lines, while here a key that is misspelt or given twice must never
//! pass unnoticed.

use std::collections::BTreeMap;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::given::{Given, Origin, PROVIDERS};
use super::masking;
use super::problem::Problem;
use super::schema::{self, Kind};

/// The prefix of every variable that is a setting.
pub const PREFIX: &str = "ROOMKEY__";

/// What was given, by section (`server`, `providers.stage`) and key.
#[derive(Debug, Clone)]
pub(crate) struct Layers(BTreeMap<(String, String), Given>);

impl Layers {
    /// Nothing given.
    pub(crate) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// What was given for a key.
    pub(crate) fn get(&self, section: &str, key: &str) -> Option<&Given> {
        self.0.get(&(section.to_owned(), key.to_owned()))
    }

    /// Gives a value, over what was given before.
    pub(crate) fn put(&mut self, section: &str, key: &str, value: Value, origin: Origin) {
        self.0.insert((section.to_owned(), key.to_owned()), Given { value, origin });
    }

    /// The names of the provider profiles.
    pub(crate) fn profiles(&self) -> Vec<String> {
        let sections = self.0.keys().filter_map(|(section, _)| section.strip_prefix("providers."));
        let mut names: Vec<String> = sections.map(str::to_owned).collect();
        names.dedup();
        names
    }

    /// What was given in a section, by key.
    pub(crate) fn section<'a>(
        &'a self,
        section: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Given)> + 'a {
        let own = self.0.iter().filter(move |((of, _), _)| of == section);
        own.map(|((_, key), given)| (key.as_str(), given))
    }

    /// Takes over the text of a settings file.
    pub(crate) fn file(&mut self, text: &str, problems: &mut Vec<Problem>) {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            // The message alone: the line itself may hold a secret.
            let line = error.span().map(|span| line_of(text, span.start));
            let message = match line {
                Some(line) => format!("line {line}: {}", error.message()),
                None => error.message().to_owned(),
            };
            problems.push(Problem { key: String::new(), origin: None, message });
        }
        if !errors.is_empty() {
            return;
        }
        for (name, value) in document.into_inner() {
            let line = line_of(text, name.span().start);
            let DeValue::Table(table) = value.into_inner() else {
                problems.push(unknown_section(name.get_ref(), Origin::File(line)));
                continue;
            };
            if name.get_ref() == PROVIDERS {
                for (profile, value) in table {
                    let line = line_of(text, profile.span().start);
                    let section = format!("{PROVIDERS}.{}", profile.get_ref());
                    match value.into_inner() {
                        DeValue::Table(fields) => self.table(text, &section, fields, problems),
                        _ => problems.push(Problem {
                            key: section,
                            origin: Some(Origin::File(line)),
                            message: "must be a table: [providers.<name>] with `kind`, `url`, …"
                                .to_owned(),
                        }),
                    }
                }
            } else if schema::keys(name.get_ref()).is_empty() {
                problems.push(unknown_section(name.get_ref(), Origin::File(line)));
            } else {
                self.table(text, name.get_ref(), table, problems);
            }
        }
    }

    fn table(
        &mut self,
        text: &str,
        section: &str,
        table: DeTable<'_>,
        problems: &mut Vec<Problem>,
    ) {
        for (key, value) in table {
            let origin = Origin::File(line_of(text, key.span().start));
            self.known(section, key.get_ref(), json(value.into_inner()), origin, problems);
        }
    }

    /// Takes over variables of the environment.
    pub(crate) fn environment(
        &mut self,
        variables: &BTreeMap<String, String>,
        problems: &mut Vec<Problem>,
    ) {
        for (name, text) in variables {
            let Some(rest) = name.strip_prefix(PREFIX) else { continue };
            let origin = Origin::Environment(name.clone());
            let Some((section, key)) = rest.rsplit_once("__") else {
                problems.push(unknown_section(rest, origin));
                continue;
            };
            if rest.bytes().any(|byte| byte.is_ascii_lowercase()) {
                let message = format!("must be in upper case: {}", name.to_ascii_uppercase());
                problems.push(Problem { key: name.clone(), origin: None, message });
                continue;
            }
            let section = section.to_ascii_lowercase().replacen("providers__", "providers.", 1);
            self.text(&section, &key.to_ascii_lowercase(), text, origin, problems);
        }
    }

    /// Takes over flags of the form `section.key=value`.
    pub(crate) fn flags(&mut self, flags: &[String], problems: &mut Vec<Problem>) {
        let mut seen = Vec::new();
        for flag in flags {
            let parts = flag.split_once('=');
            let parts = parts.and_then(|(path, text)| Some((path.rsplit_once('.')?, text)));
            let Some(((section, key), text)) = parts else {
                let message = "a flag must have the form section.key=value".to_owned();
                problems.push(Problem { key: String::new(), origin: None, message });
                continue;
            };
            let name = format!("{section}.{key}");
            let refused = if seen.contains(&name) {
                Some("given twice: give it once")
            } else if masking::is_secret(section, key)
                || masking::holds_password(section, key, text)
            {
                Some(
                    "a secret is never an argument, which others can read in the list of processes: use a file",
                )
            } else {
                None
            };
            if let Some(message) = refused {
                let (origin, message) = (Some(Origin::Flag), message.to_owned());
                problems.push(Problem { key: name, origin, message });
            } else {
                self.text(section, key, text, Origin::Flag, problems);
                seen.push(name);
            }
        }
    }

    /// Gives a value that came as text: a number, a flag or a list where the key wants one.
    fn text(
        &mut self,
        section: &str,
        key: &str,
        text: &str,
        origin: Origin,
        problems: &mut Vec<Problem>,
    ) {
        let value = match schema::find(section, key).map(|spec| spec.kind) {
            Some(Kind::Count { .. }) => {
                text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
            }
            Some(Kind::Flag) => {
                text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from)
            }
            Some(Kind::List) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Value::Array(parts.map(Value::from).collect())
            }
            _ => Value::from(text),
        };
        self.known(section, key, value, origin, problems);
    }

    fn known(
        &mut self,
        section: &str,
        key: &str,
        value: Value,
        origin: Origin,
        problems: &mut Vec<Problem>,
    ) {
        let keys = schema::keys(section);
        if section.starts_with("providers.") || keys.contains(&key) {
            self.put(section, key, value, origin);
        } else if keys.is_empty() {
            problems.push(unknown_section(section, origin));
        } else {
            problems.push(Problem {
                key: format!("{section}.{key}"),
                origin: Some(origin),
                message: format!("unknown key: [{section}] has {}", keys.join(", ")),
            });
        }
    }
}

fn unknown_section(name: &str, origin: Origin) -> Problem {
    Problem {
        key: name.to_owned(),
        origin: Some(origin),
        message: format!("unknown section: there are {}", schema::sections().join(", ")),
    }
}

/// The line of a byte, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The same value as JSON; dates become their text.
fn json(value: DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::from(number.as_str()), Value::from),
        DeValue::Float(number) => Value::from(number.as_str()),
        DeValue::Boolean(flag) => Value::from(flag),
        DeValue::Datetime(date) => Value::from(date.to_string()),
        DeValue::Array(values) => {
            Value::Array(values.into_iter().map(|value| json(value.into_inner())).collect())
        }
        DeValue::Table(table) => {
            let fields = table.into_iter();
            Value::Object(
                fields
                    .map(|(key, value)| (key.get_ref().to_string(), json(value.into_inner())))
                    .collect(),
            )
        }
    }
}
