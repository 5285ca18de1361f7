//! A desk: a settings file and a database in a folder of its own.

use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde_json::Value;

use crate::cli::{self, Said};
use crate::database::{Database, Kind};
use crate::place::{self, Folder};
use crate::settings::Settings;

/// A desk that nobody serves yet.
#[derive(Debug)]
pub struct Desk {
    kind: Kind,
    database: Option<Database>,
    settings: RefCell<Settings>,
    secret: String,
    pepper: String,
    folder: Folder,
}

impl Desk {
    /// A new one: settings, a fresh secret of its profile, an empty database.
    pub fn new(kind: Kind) -> anyhow::Result<Self> {
        Self::empty(kind, Folder::new()?)
    }

    /// A new one on the disk that is measured.
    pub fn on_disk(kind: Kind) -> anyhow::Result<Self> {
        Self::empty(kind, Folder::on_disk()?)
    }

    fn empty(kind: Kind, folder: Folder) -> anyhow::Result<Self> {
        let database = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Database::new(None)?),
        };
        let desk = Self::with(kind, database, place::random_hex(8), folder)?;
        if kind == Kind::Postgres {
            desk.write_private("roomkey.key", &place::random_hex(64))?;
        }
        Ok(desk)
    }

    /// A new one with an embedded database in a folder that stays.
    pub fn kept(folder: PathBuf) -> anyhow::Result<Self> {
        Self::with(Kind::Sqlite, None, place::random_hex(8), Folder::kept(folder)?)
    }

    /// A copy in `folder` of one that nobody serves or changes; only the secret of the profile is another one.
    pub fn copy_of(template: &Self, folder: Folder) -> anyhow::Result<Self> {
        let database = match &template.database {
            None => None,
            Some(database) => Some(Database::new(Some(database))?),
        };
        let desk = Self::with(template.kind, database, template.pepper.clone(), folder)?;
        match template.kind {
            Kind::Sqlite => copy_folder(&template.path("data"), &desk.path("data"))?,
            Kind::Postgres => copy_file(&template.path("roomkey.key"), &desk.path("roomkey.key"))?,
        }
        Ok(desk)
    }

    fn with(
        kind: Kind,
        database: Option<Database>,
        pepper: String,
        folder: Folder,
    ) -> anyhow::Result<Self> {
        let url = database.as_ref().map_or("sqlite://data/roomkey.db", Database::url);
        let mut settings = Settings::new(url);
        if kind == Kind::Postgres {
            settings.set("secrets", "key_file", "\"roomkey.key\"");
        }
        let secret = format!("livekit-{}", place::random_hex(40));
        let settings = RefCell::new(settings);
        let desk = Self { kind, database, settings, secret, pepper, folder };
        desk.write_private("livekit.secret", &desk.secret)?;
        desk.write_settings()?;
        Ok(desk)
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The secret of the key `APIstage` of the profile `stage`.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The database's URL as the settings have it.
    pub fn database_url(&self) -> String {
        match &self.database {
            None => format!("sqlite://{}", self.path("data/roomkey.db").display()),
            Some(database) => database.url().to_owned(),
        }
    }

    /// The password of a user of the tests; no two desks that are made anew share one.
    pub fn password(&self, username: &str) -> String {
        format!("winding river stones {username} {}", self.pepper)
    }

    /// A file or folder of the desk.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Changes the settings and writes them.
    pub fn set(&self, section: &str, key: &str, value: &str) -> anyhow::Result<()> {
        self.settings.borrow_mut().set(section, key, value);
        self.write_settings()
    }

    /// Leaves out one of the settings and writes them.
    pub fn unset(&self, section: &str, key: &str) -> anyhow::Result<()> {
        self.settings.borrow_mut().unset(section, key);
        self.write_settings()
    }

    /// The text of the settings file.
    pub fn settings(&self) -> String {
        self.settings.borrow().to_toml()
    }

    fn write_settings(&self) -> anyhow::Result<()> {
        Ok(fs::write(self.path("roomkey.toml"), self.settings())?)
    }

    /// Writes a file that only its owner may read.
    pub fn write_private(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path(name);
        fs::write(&path, text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        Ok(())
    }

    /// The command line `roomkey --config roomkey.toml …`.
    pub fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = cli::command(self.folder.path())?;
        command.arg("--config").arg(self.path("roomkey.toml")).args(arguments);
        Ok(command)
    }

    /// Runs a command and says what it said, whatever it was.
    pub fn try_run(&self, arguments: &[&str], input: &str) -> anyhow::Result<Said> {
        cli::run(&mut self.command(arguments)?, input)
    }

    /// Runs a command that has to succeed.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Said> {
        self.run_with(arguments, "")
    }

    /// Runs a command that has to succeed, with a standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> anyhow::Result<Said> {
        let said = self.try_run(arguments, input)?;
        said.ok().with_context(|| format!("roomkey {}", arguments.join(" ")))
    }

    /// Runs a command with `--json` that has to succeed.
    pub fn json(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let arguments = [arguments, &["--json"]].concat();
        self.run(&arguments)?.json()
    }

    /// Adds a user with the password that the harness knows.
    pub fn add_user(&self, username: &str, role: &str) -> anyhow::Result<()> {
        let arguments = ["user", "add", username, "--role", role, "--password-stdin"];
        self.run_with(&arguments, &self.password(username))?;
        Ok(())
    }
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_file(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to).with_context(|| format!("{} cannot be copied", from.display()))?;
    Ok(())
}
