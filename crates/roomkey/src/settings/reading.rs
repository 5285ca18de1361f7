//! Typed values out of the layers, with the defaults of the table.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::given::{Given, Origin};
use super::layers::Layers;
use super::problem::Problem;
use super::schema::{self, Kind};

/// What was wrong is among the problems already.
#[derive(Debug)]
pub(crate) struct Noted;

/// Reads values and collects what is wrong with them; `None` always comes with a problem.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    layers: &'a Layers,
    folder: &'a Path,
    problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    /// Reads from what was given; relative paths start in `folder`.
    pub(crate) const fn new(layers: &'a Layers, folder: &'a Path, problems: Vec<Problem>) -> Self {
        Self { layers, folder, problems }
    }

    /// What was wrong.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// What was wrong, to add to.
    pub(crate) fn problems(&mut self) -> &mut Vec<Problem> {
        &mut self.problems
    }

    /// Notes that a value is not usable.
    pub(crate) fn wrong(&mut self, section: &str, key: &str, message: impl Display) {
        let origin = self.layers.get(section, key).map(|given| given.origin.clone());
        let key = format!("{section}.{key}");
        self.problems.push(Problem { key, origin, message: message.to_string() });
    }

    /// Whether somebody gave a value.
    pub(crate) fn is_given(&self, section: &str, key: &str) -> bool {
        self.layers.get(section, key).is_some()
    }

    /// A whole number within its bounds.
    pub(crate) fn count(&mut self, section: &str, key: &str) -> Option<u32> {
        let Kind::Count { min, max } = schema::find(section, key)?.kind else { return None };
        let value = effective(self.layers, section, key).value;
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.wrong(section, key, format_args!("must be a whole number from {min} to {max}"));
        }
        number
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, section: &str, key: &str) -> Option<bool> {
        let flag = effective(self.layers, section, key).value.as_bool();
        if flag.is_none() {
            self.wrong(section, key, "must be `true` or `false`");
        }
        flag
    }

    /// A text, parsed.
    pub(crate) fn parsed<T, E: Display>(
        &mut self,
        section: &str,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let value = effective(self.layers, section, key).value;
        let Some(text) = value.as_str() else {
            let words =
                schema::find(section, key).map_or_else(String::new, |spec| spec.kind.words());
            self.wrong(section, key, format_args!("must be {words}"));
            return None;
        };
        match parse(text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.wrong(section, key, error);
                None
            }
        }
    }

    /// One of the words of the table.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        section: &str,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let words = schema::find(section, key).map_or_else(String::new, |spec| spec.kind.words());
        self.parsed(section, key, |text| {
            let chosen = choices.iter().find(|(word, _)| *word == text);
            chosen.map(|(_, choice)| *choice).ok_or_else(|| format!("must be {words}"))
        })
    }

    /// A text, parsed, where somebody gave one.
    pub(crate) fn optional<T, E: Display>(
        &mut self,
        section: &str,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Noted> {
        if !self.is_given(section, key) {
            return Ok(None);
        }
        self.parsed(section, key, parse).map(Some).ok_or(Noted)
    }

    /// A path, taken from the folder of the settings, where somebody gave one.
    pub(crate) fn path(&mut self, section: &str, key: &str) -> Result<Option<PathBuf>, Noted> {
        let folder = self.folder;
        self.optional(section, key, |text| match text {
            "" => Err("must not be empty"),
            _ => Ok(folder.join(text)),
        })
    }

    /// A list of texts, each parsed.
    pub(crate) fn list<T, E: Display>(
        &mut self,
        section: &str,
        key: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Vec<T>> {
        let Value::Array(elements) = effective(self.layers, section, key).value else {
            self.wrong(section, key, "must be a list of texts");
            return None;
        };
        let mut list = Some(Vec::with_capacity(elements.len()));
        for element in &elements {
            let parsed = match element.as_str() {
                None => Err("must be a list of texts".to_owned()),
                Some(text) => parse(text).map_err(|error| format!("{text:?}: {error}")),
            };
            match (parsed, &mut list) {
                (Ok(parsed), Some(list)) => list.push(parsed),
                (Ok(_), None) => {}
                (Err(message), _) => {
                    self.wrong(section, key, message);
                    list = None;
                }
            }
        }
        list
    }
}

/// The value that counts, with its origin.
pub(crate) fn effective(layers: &Layers, section: &str, key: &str) -> Given {
    let default = || {
        let value = schema::find(section, key).map_or(Value::Null, |spec| spec.default.value());
        Given { value, origin: Origin::Default }
    };
    layers.get(section, key).cloned().unwrap_or_else(default)
}
