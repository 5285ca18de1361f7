//! `[providers.<name>]`: read alike for every provider of the table.

use std::collections::BTreeMap;
use std::path::Path;

use roomkey_claims::{KeyState, ProfileName, Timestamp};
use roomkey_providers::{ALL, Configured, Descriptor, Section, SectionKey};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::given::{Given, Origin, PROVIDERS};
use super::layers::Layers;
use super::masking::{holds_password, is_secret};
use super::problem::Problem;
use super::secret;

/// Reads the profiles that were given; the caller collects what is wrong.
#[derive(Debug)]
pub(crate) struct ProfileReader<'a> {
    /// What was given.
    pub(crate) layers: &'a Layers,
    /// Where relative paths start.
    pub(crate) folder: &'a Path,
    /// Whether `--dev` is on.
    pub(crate) dev: bool,
}

impl ProfileReader<'_> {
    /// Every profile that is right.
    pub(crate) fn all(&self, problems: &mut Vec<Problem>) -> BTreeMap<ProfileName, Configured> {
        let names = self.layers.profiles();
        names.into_iter().filter_map(|name| self.one(name, problems)).collect()
    }

    /// Whether a secret stands in the settings file itself: a provider's, or a password in the URL of the database.
    pub(crate) fn has_inline_secret(&self) -> bool {
        let inline = |(name, given): (&str, &Given)| {
            let in_keys = given.value.as_array().is_some_and(|keys| {
                let fields = keys.iter().filter_map(Value::as_object).flat_map(Map::keys);
                fields.into_iter().any(|field| is_secret(PROVIDERS, field))
            });
            matches!(given.origin, Origin::File(_)) && (is_secret(PROVIDERS, name) || in_keys)
        };
        let in_url = self.layers.section("database").any(|(name, given)| {
            matches!(given.origin, Origin::File(_))
                && given.value.as_str().is_some_and(|url| holds_password("database", name, url))
        });
        in_url
            || self.layers.profiles().iter().any(|name| {
                let section = format!("{PROVIDERS}.{name}");
                self.layers.section(&section).any(inline)
            })
    }

    fn one(&self, name: String, problems: &mut Vec<Problem>) -> Option<(ProfileName, Configured)> {
        let section = format!("{PROVIDERS}.{name}");
        let mut problem = |key: &str, message: String| {
            let origin = self.layers.get(&section, key).map(|given| given.origin.clone());
            let key = if key.is_empty() { section.clone() } else { format!("{section}.{key}") };
            problems.push(Problem { key, origin, message });
        };
        let Ok(name) = ProfileName::try_from(name) else {
            problem("", format!("the name of a profile must match {}", ProfileName::PATTERN));
            return None;
        };
        let kinds = || ALL.iter().map(|one| one.kind).collect::<Vec<_>>().join(", ");
        let kind = self.layers.get(&section, "kind").map(|given| &given.value);
        let Some(kind) = kind else {
            problem("", format!("`kind` is missing: it is one of {}", kinds()));
            return None;
        };
        let Some(descriptor) = kind.as_str().and_then(roomkey_providers::find) else {
            problem("kind", format!("must be one of {}", kinds()));
            return None;
        };
        let (values, keys) = self.fields(&section, descriptor, &mut problem)?;
        match (descriptor.configure)(&Section { values, keys, dev: self.dev }) {
            Ok(configured) => Some((name, configured)),
            Err(error) => {
                problem("", error.to_string());
                None
            }
        }
    }

    /// The fields that the provider itself understands, and the keys.
    ///
    /// Where the public id is the account's, it is one of the fields in both forms, and in the short form the key's id too.
    fn fields(
        &self,
        section: &str,
        descriptor: &Descriptor,
        problem: &mut dyn FnMut(&str, String),
    ) -> Option<(BTreeMap<String, Value>, Vec<SectionKey>)> {
        let (key_field, secret_field) = (descriptor.key_field, descriptor.secret_field);
        let secret_file = format!("{secret_field}_file");
        let (mut values, mut short, mut list) = (BTreeMap::new(), Map::new(), None);
        let has_list = self.layers.get(section, "keys").is_some();
        for (name, given) in self.layers.section(section) {
            let value = given.value.clone();
            if name == key_field {
                if !value.is_string() {
                    problem(key_field, "must be a text: put it in quotes".to_owned());
                    return None;
                }
                if descriptor.key_is_account {
                    values.insert(name.to_owned(), value.clone());
                }
                if !(descriptor.key_is_account && has_list) {
                    short.insert("id".to_owned(), value);
                }
            } else if name == secret_field || name == secret_file {
                short.insert(name.to_owned(), value);
            } else if name == "keys" {
                list = Some(value);
            } else if name != "kind" {
                values.insert(name.to_owned(), value);
            }
        }
        let keys = match (short.is_empty(), list) {
            (true, None) => Vec::new(),
            (false, None) => {
                if !short.contains_key("id") {
                    problem("", format!("`{key_field}` is missing beside `{secret_field}`"));
                    return None;
                }
                vec![self.key(&short, descriptor).map_err(|message| problem("", message)).ok()?]
            }
            (false, Some(_)) => {
                let short = if descriptor.key_is_account {
                    format!("`{secret_field}`")
                } else {
                    format!("`{key_field}` or `{secret_field}`")
                };
                problem("keys", format!("given beside {short}: use one of both forms"));
                return None;
            }
            (true, Some(Value::Array(list))) => {
                let mut keys = Vec::new();
                let mut whole = true;
                for (number, fields) in (1..).zip(&list) {
                    let key = match fields {
                        Value::Object(fields) => self.key(fields, descriptor),
                        _ => Err("must be a table".to_owned()),
                    };
                    match key {
                        Ok(key) => keys.push(key),
                        Err(message) => {
                            whole = false;
                            problem("keys", format!("key {number}: {message}"));
                        }
                    }
                }
                whole.then_some(keys)?
            }
            (true, Some(_)) => {
                problem("keys", format!("must be a list: [[{section}.keys]], in the file only"));
                return None;
            }
        };
        Some((values, keys))
    }

    fn key(
        &self,
        fields: &Map<String, Value>,
        descriptor: &Descriptor,
    ) -> Result<SectionKey, String> {
        let secret_file = format!("{}_file", descriptor.secret_field);
        let known = ["id", descriptor.secret_field, &secret_file, "state", "not_after"];
        if let Some(field) = fields.keys().find(|field| !known.contains(&field.as_str())) {
            return Err(format!("unknown key `{field}`: known are {}", known.join(", ")));
        }
        let text = |name: &str| match fields.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(format!("`{name}` must be a text")),
        };
        let id = text("id")?.ok_or("`id` is missing: the public id of the key")?.to_owned();
        let state = match text("state")? {
            None | Some("active") => KeyState::Active,
            Some("retired") => KeyState::Retired,
            Some(_) => return Err("`state` must be \"active\" or \"retired\"".to_owned()),
        };
        let not_after = text("not_after")?
            .map(Timestamp::parse)
            .transpose()
            .map_err(|error| format!("`not_after`: {error}"))?;
        let secret =
            self.secret(text(descriptor.secret_field)?, text(&secret_file)?, descriptor)?;
        Ok(SectionKey { id, secret, state, not_after })
    }

    fn secret(
        &self,
        inline: Option<&str>,
        file: Option<&str>,
        descriptor: &Descriptor,
    ) -> Result<SecretString, String> {
        let field = descriptor.secret_field;
        match (inline, file) {
            (Some(_), Some(_)) => {
                Err(format!("`{field}` and `{field}_file` are both given: give one"))
            }
            (Some(secret), None) => Ok(secret.into()),
            (None, Some(file)) => secret::read(&self.folder.join(file)),
            (None, None) => Err(format!("`{field}_file` (or `{field}`) is missing")),
        }
    }
}
