//! Secrets in files.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

/// Longest file that is taken for a secret, in bytes: larger than any private key.
const LONGEST: u64 = 64 * 1024;

/// Reads a secret from a file that only its owner may read, without the line end at its end.
pub(crate) fn read(path: &Path) -> Result<SecretString, String> {
    let shown = path.display();
    let mut file = File::open(path)
        .map_err(|error| format!("the secret file {shown} cannot be read: {error}"))?;
    let metadata = file
        .metadata()
        .map_err(|error| format!("the secret file {shown} cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err(format!("{shown} is no file"));
    }
    // The open file is looked at, so that nobody can exchange it in between.
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(format!("the secret file {shown} can be read by others: chmod 600 {shown}"));
    }
    if LONGEST < metadata.len() {
        return Err(format!("the secret file {shown} has over {LONGEST} bytes: it is no secret"));
    }
    let mut text = Zeroizing::new(String::new());
    #[expect(
        clippy::verbose_file_reads,
        reason = "the file whose mode was looked at is the one that is read"
    )]
    file.read_to_string(&mut text)
        .map_err(|error| format!("the secret file {shown} cannot be read: {error}"))?;
    let secret = without_line_end(&text);
    if secret.is_empty() {
        return Err(format!("the secret file {shown} is empty: write the secret into it"));
    }
    Ok(secret.into())
}

/// The text without one line end at its end.
pub(crate) fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}
