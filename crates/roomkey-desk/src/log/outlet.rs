//! Where checkpoints go besides the database: a file that a restored database does not take along, and a stream.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::mpsc::{SyncSender, sync_channel};

/// Where each new checkpoint goes.
#[derive(Debug, Clone, Default)]
pub struct Outlet {
    /// The file that holds the newest one; a database that is behind it was rolled back.
    pub file: Option<PathBuf>,
    /// Whether each is written to standard output too.
    pub stdout: bool,
}

impl Outlet {
    /// The newest checkpoint that was let out.
    pub(crate) fn newest(&self) -> io::Result<Option<String>> {
        let Some(file) = &self.file else { return Ok(None) };
        match fs::read(file) {
            // What does not read is no checkpoint of anybody.
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lets a checkpoint out: the file is replaced whole, and durably; standard output gets it where somebody reads.
    pub(crate) fn put(&self, note: &str) -> io::Result<()> {
        if let Some(file) = &self.file {
            replace(file, note)?;
        }
        if self.stdout {
            to_stdout(note);
        }
        Ok(())
    }

    /// Puts the newest checkpoint aside, where the log that it is of was taken over.
    pub(crate) fn put_aside(&self, size: u64) -> io::Result<Option<PathBuf>> {
        let Some(file) = &self.file else { return Ok(None) };
        let aside = file.with_extension(format!("before-{size}"));
        match fs::rename(file, &aside) {
            Ok(()) => Ok(Some(aside)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Hands a text to the thread that writes to standard output; while it waits for a slow reader, the text is dropped.
fn to_stdout(text: &str) {
    static WRITER: OnceLock<Option<SyncSender<String>>> = OnceLock::new();
    let writer = WRITER.get_or_init(|| {
        let (texts, waiting) = sync_channel::<String>(1);
        let write = move || {
            for text in waiting {
                let mut out = io::stdout().lock();
                if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
                    break;
                }
            }
        };
        std::thread::Builder::new().name("checkpoints".to_owned()).spawn(write).ok()?;
        Some(texts)
    });
    if let Some(writer) = writer {
        // The next checkpoint says all that this one does.
        drop(writer.try_send(text.to_owned()));
    }
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    let beside = file.with_extension(format!("{}.new", std::process::id()));
    let written =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside);
    let replaced = written
        .and_then(|mut made| made.write_all(text.as_bytes()).and_then(|()| made.sync_all()))
        .and_then(|()| fs::rename(&beside, file));
    if replaced.is_err() {
        drop(fs::remove_file(&beside));
        return replaced;
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_the_newest_and_can_be_put_aside() {
        let folder = std::env::temp_dir().join(format!("roomkey-outlet-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let outlet = Outlet { file: Some(folder.join("roomkey.checkpoint")), stdout: false };
        assert_eq!(outlet.newest().unwrap(), None);
        outlet.put("one\n").unwrap();
        outlet.put("two\n").unwrap();
        assert_eq!(outlet.newest().unwrap().as_deref(), Some("two\n"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let aside = outlet.put_aside(7).unwrap().unwrap();
        assert_eq!(fs::read_to_string(&aside).unwrap(), "two\n");
        assert_eq!((outlet.newest().unwrap(), outlet.put_aside(7).unwrap()), (None, None));
        assert_eq!(Outlet::default().newest().unwrap(), None);
        fs::remove_dir_all(&folder).unwrap();
    }
}
