//! `roomkey init`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use roomkey_claims::{IdSource, SystemIds};
use secrecy::zeroize::Zeroizing;
use serde_json::json;

use crate::invocation::{End, Invocation};

/// The name of the secret's file, as the template has it.
const SECRET_FILE: &str = "livekit.secret";

/// The settings file that is written.
const TEMPLATE: &str = include_str!("init/roomkey.toml");

/// Where to.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roomkey init\n  roomkey init /etc/roomkey && roomkey --config /etc/roomkey/roomkey.toml config check"
)]
pub(crate) struct InitArgs {
    /// The folder, made where it does not exist [default: that of the settings file]
    folder: Option<PathBuf>,
}

/// Writes a settings file with comments, and the secret that it names.
pub(crate) fn run(invocation: &Invocation, args: &InitArgs) -> anyhow::Result<End> {
    let file = match &args.folder {
        Some(folder) => folder.join("roomkey.toml"),
        None => invocation.sources.file.clone(),
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let secret_file = folder.join(SECRET_FILE);
    for path in [&file, &secret_file] {
        if path.exists() {
            bail!("{} exists already: nothing was written", path.display());
        }
    }
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let key = format!("API{}", random(12).as_str());
    let secret = random(43);
    write(&secret_file, &format!("{}\n", secret.as_str()))?;
    write(&file, &TEMPLATE.replace("{key}", &key))?;
    let (file, secret_file) = (file.display().to_string(), secret_file.display().to_string());
    let value = json!({ "settings": file, "secret": secret_file, "key": key });
    invocation.output.print(&value, || {
        format!(
            "{file}\n{secret_file}\n\n\
             Next:\n\
             1. Give LiveKit the key: `keys: {{ {key}: <the text of {secret_file}> }}` in its configuration,\n\
             \x20  or put LiveKit's own key and secret into these two files.\n\
             2. Set `url` in {file} to the address of LiveKit, then: roomkey --config {file} config check\n\
             3. roomkey --config {file} user add root --role admin\n\
             4. roomkey --config {file} serve"
        )
    })?;
    Ok(End::Done)
}

/// Writes a file that only its owner may read and that must not exist.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written =
        file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.with_context(|| format!("{} cannot be written", path.display()))
}

/// Random letters and digits, 5 bits each.
pub(crate) fn random(length: usize) -> Zeroizing<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = Zeroizing::new(vec![0; length]);
    SystemIds.fill(&mut bytes);
    let letters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
    Zeroizing::new(letters.map(|letter| char::from(*letter)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_text_is_long_enough_and_never_the_same() {
        let (one, two) = (random(43), random(43));
        assert_eq!(one.len(), 43);
        assert_ne!(*one, *two);
    }
}
