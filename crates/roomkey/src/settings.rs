//! Settings: flags over the environment over the file over defaults, each value with its origin.
//!
//! Reading order: [`schema`], the table of all keys; [`layers`], what was given where; [`values`], what comes out of
//! it, by [`reading`] and [`sections`]; [`profiles`], the sections of the providers; [`check`], what only several values together show.

pub(crate) mod check;
mod dev;
mod given;
pub(crate) mod layers;
pub(crate) mod masking;
pub(crate) mod node;
pub(crate) mod problem;
pub(crate) mod profiles;
pub(crate) mod reading;
pub(crate) mod schema;
pub(crate) mod secret;
mod sections;
pub(crate) mod show;
mod values;
mod web_origin;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use layers::Layers;
use problem::{Problem, SettingsError};
use profiles::ProfileReader;
use reading::Reading;
pub(crate) use values::{Audit, Log, LogFormat, Rotation, Settings, software};

/// Where settings come from.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// The settings file; with `--dev`, nothing but its folder counts and it need not exist.
    pub(crate) file: PathBuf,
    /// Whether `--dev` is on.
    pub(crate) dev: bool,
    /// Flags, `section.key=value`.
    pub(crate) flags: Vec<String>,
    /// Variables of the environment.
    pub(crate) environment: BTreeMap<String, String>,
}

impl Sources {
    /// The folder that relative paths start in.
    pub(crate) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// Where the settings come from, as messages name it.
    pub(crate) fn place(&self) -> String {
        if self.dev { "--dev".to_owned() } else { self.file.display().to_string() }
    }

    /// Reads and checks the settings.
    pub(crate) fn load(&self) -> Result<Settings, SettingsError> {
        let (mut layers, mut problems) = (Layers::new(), Vec::new());
        let mut readable_by_others = false;
        if self.dev {
            dev::lay(&mut layers);
        } else {
            let (text, mode) = self.read()?;
            readable_by_others = mode & 0o077 != 0;
            layers.file(&text, &mut problems);
        }
        layers.environment(&self.environment, &mut problems);
        layers.flags(&self.flags, &mut problems);
        let reader = ProfileReader { layers: &layers, folder: self.folder(), dev: self.dev };
        if readable_by_others && reader.has_inline_secret() {
            let file = self.file.display();
            let message = format!(
                "it holds a secret and can be read by others: chmod 600 {file}, or put the secret in a file"
            );
            problems.push(Problem { key: String::new(), origin: None, message });
        }
        let settings = self.typed(layers, problems);
        let mut settings =
            settings.map_err(|problems| SettingsError::Wrong { place: self.place(), problems })?;
        check::warn(&mut settings);
        Ok(settings)
    }

    fn read(&self) -> Result<(String, u32), SettingsError> {
        let path = || self.file.clone();
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => SettingsError::Missing { path: path() },
            _ => SettingsError::Unreadable { path: path(), error },
        };
        let text = fs::read_to_string(&self.file).map_err(failed)?;
        let mode = fs::metadata(&self.file).map_err(failed)?.permissions().mode();
        Ok((text, mode))
    }

    fn typed(&self, layers: Layers, problems: Vec<Problem>) -> Result<Settings, Vec<Problem>> {
        let folder = self.folder();
        let mut from = Reading::new(&layers, folder, problems);
        let server = sections::server(&mut from, self.dev);
        let database = sections::database(&mut from, folder);
        let key = sections::key(&mut from, database.as_ref());
        let lifetime = sections::lifetime(&mut from);
        let sessions = sections::sessions(&mut from);
        let password = sections::password(&mut from);
        let login = sections::login(&mut from);
        let backends = sections::backends(&mut from);
        let compat = sections::compat(&mut from);
        let audit = sections::audit(&mut from, database.as_ref());
        let privacy = sections::privacy(&mut from);
        let cors = sections::cors(&mut from, self.dev);
        let log = sections::log(&mut from);
        let reader = ProfileReader { layers: &layers, folder, dev: self.dev };
        let profiles = reader.all(from.problems());
        if let Some(lifetime) = lifetime {
            check::caps(&mut from, lifetime, &profiles);
        }
        let problems = from.into_problems();
        let whole = || {
            let (warnings, dev) = (Vec::new(), self.dev);
            Some(Settings {
                layers,
                warnings,
                dev,
                server: server?,
                database: database?,
                key: key?,
                lifetime: lifetime?,
                sessions: sessions?,
                password: password?,
                login: login?,
                backends: backends?,
                compat: compat?,
                audit: audit?,
                privacy: privacy?,
                cors: cors?,
                log: log?,
                profiles,
            })
        };
        whole().filter(|_| problems.is_empty()).ok_or(problems)
    }
}
