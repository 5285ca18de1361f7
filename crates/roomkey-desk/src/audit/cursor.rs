//! Where a run of pages goes on.
//!
//! A cursor says that the run was recorded at its first page, so nobody may make one: it is sealed under the
//! key-encryption key, bound to the actor and to the filters, and good for an hour after the run began.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use roomkey_claims::Timestamp;
use roomkey_storage::{Place, Seal};

use crate::error::DeskError;

/// How long a run of pages may take; after that it is another run, with an entry of its own.
pub(super) const RUN: Duration = Duration::from_hours(1);

/// A place in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The index that the page before ended with.
    pub(super) after: u64,
    /// When the run began.
    pub(super) began: Timestamp,
}

impl Cursor {
    /// The cursor as text, for the run that `run` describes.
    pub(super) fn seal(self, seal: &Seal, run: &str) -> Result<String, DeskError> {
        let plain = [self.after.to_be_bytes(), self.began.as_micros().to_be_bytes()].concat();
        let sealed = seal
            .seal(place(run), &plain)
            .map_err(|_| DeskError::Internal("a cursor could not be sealed"))?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Reads a cursor of the run that `run` describes, which must not be over.
    pub(super) fn open(
        text: &str,
        seal: &Seal,
        run: &str,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        Some(Self::read(text, seal, run)?)
            .filter(|cursor| !cursor.is_over(now))
            .ok_or(DeskError::BadCursor)
    }

    /// Whether its run took so long that going on is another one.
    pub(super) fn is_over(self, now: Timestamp) -> bool {
        self.began.plus(RUN) < now
    }

    /// Reads a cursor of the run that `run` describes, however old.
    pub(super) fn read(text: &str, seal: &Seal, run: &str) -> Result<Self, DeskError> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| DeskError::BadCursor)?;
        let plain = seal.open(place(run), &sealed).map_err(|_| DeskError::BadCursor)?;
        let Some((after, began)) = plain.split_first_chunk::<8>() else {
            return Err(DeskError::BadCursor);
        };
        let began = began.try_into().map_err(|_| DeskError::BadCursor)?;
        Ok(Self {
            after: u64::from_be_bytes(*after),
            began: Timestamp::from_micros(i64::from_be_bytes(began)),
        })
    }
}

const fn place(run: &str) -> Place<'_> {
    Place { table: "entries", column: "cursor", row: run }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_for_its_run_and_only_for_an_hour() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let at = Timestamp::from_seconds;
        let cursor = Cursor { after: 41, began: at(1_000) };
        let text = cursor.seal(&seal, "ada room=a").unwrap();
        assert_eq!(Cursor::open(&text, &seal, "ada room=a", at(4_600)).unwrap(), cursor);
        assert!(Cursor::open(&text, &seal, "ada room=a", at(4_601)).is_err());
        assert!(Cursor::open(&text, &seal, "bob room=a", at(1_000)).is_err());
        for forged in ["", "41", "%%%", text.get(1..).unwrap(), &format!("{text}A")] {
            assert!(Cursor::open(forged, &seal, "ada room=a", at(1_000)).is_err(), "{forged}");
        }
    }
}
