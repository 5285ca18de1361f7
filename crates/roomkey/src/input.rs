//! What commands read besides arguments: passwords and tokens, which are never arguments.

use std::io::{self, BufRead, IsTerminal, Read};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::settings::secret;

/// Most bytes that are read for a password or a token.
const LONGEST: u64 = 64 * 1024;

/// Where a password comes from; without either flag it is asked for.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct PasswordArgs {
    /// Reads the password from standard input; one line end at its end is left out
    #[arg(long)]
    password_stdin: bool,
    /// Reads the password from a file that only its owner may read
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordArgs {
    /// Reads the new password of a user.
    pub(crate) fn read(&self, user: &str) -> anyhow::Result<SecretString> {
        if self.password_stdin {
            let text = standard_input()?;
            return Ok(secret::without_line_end(&text).into());
        }
        match &self.password_file {
            Some(path) => secret::read(path).map_err(anyhow::Error::msg),
            None if io::stdin().is_terminal() => ask(user),
            None => bail!(
                "there is no terminal to ask for the password: use --password-stdin or --password-file"
            ),
        }
    }
}

/// Asks twice, without echo.
fn ask(user: &str) -> anyhow::Result<SecretString> {
    let ask = |prompt: String| {
        rpassword::prompt_password(prompt).context("the password could not be read")
    };
    let first = SecretString::from(ask(format!("New password of {user}: "))?);
    let second = SecretString::from(ask("The same again: ".to_owned())?);
    if first.expose_secret() != second.expose_secret() {
        bail!("the passwords differ: try again");
    }
    Ok(first)
}

/// Asks for a name to be typed before what cannot be undone; whether it was typed.
pub(crate) fn confirmed(name: &str, question: &str) -> anyhow::Result<bool> {
    crate::output::note(format_args!("{question} Type {name} to go on:"));
    let mut line = String::new();
    let read = io::stdin().lock().take(LONGEST).read_line(&mut line);
    read.context("standard input could not be read as UTF-8 text")?;
    Ok(line.trim() == name)
}

/// Reads a token from standard input.
pub(crate) fn token() -> anyhow::Result<Zeroizing<String>> {
    if io::stdin().is_terminal() {
        crate::output::note("Paste the token, then end the input with Ctrl-D:");
    }
    let text = standard_input()?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

fn standard_input() -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let read = io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text);
    let read = read.context("standard input could not be read as UTF-8 text")?;
    if LONGEST < u64::try_from(read).unwrap_or(u64::MAX) {
        bail!("standard input has over {LONGEST} bytes: give one password or one token");
    }
    Ok(text)
}
