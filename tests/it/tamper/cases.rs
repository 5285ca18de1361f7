//! What is done to a log while nobody serves it, and what the desk says of it.

use roomkey_tests::Desk;

use super::hands::{body, bytes, change, flip, next_index, root, tile, unlock};
use crate::databases::{execute, text_of};

/// How it is mended, where the log cannot be taken over as it is.
pub(crate) type Undo = Box<dyn Fn(&Desk) -> anyhow::Result<()>>;

/// One thing that somebody does to a log.
pub(crate) struct Tampered {
    pub(crate) name: &'static str,
    pub(crate) tamper: fn(&Desk) -> anyhow::Result<Option<Undo>>,
    /// Whether the log cannot be taken over before it is mended; else it could, and replay would name what was done.
    pub(crate) needs_mending: bool,
    /// In what the desk says.
    pub(crate) says: &'static str,
}

/// Entries and tree are changed.
pub(crate) const CHANGED: [Tampered; 5] = [
    Tampered {
        name: "a bit of an entry",
        tamper: |desk| {
            let index = next_index(desk)? - 2;
            let before = change(desk, &body(index), flip)?;
            Ok(Some(Box::new(move |desk| {
                change(desk, &body(index), |bytes| bytes.copy_from_slice(&before)).map(drop)
            })))
        },
        needs_mending: true,
        says: "do not give its hash",
    },
    Tampered {
        name: "two entries are swapped",
        tamper: |desk| {
            let index = next_index(desk)? - 3;
            swap(desk, index)?;
            Ok(Some(Box::new(move |desk| swap(desk, index))))
        },
        needs_mending: false,
        says: "do not give its hash",
    },
    Tampered {
        name: "a bit of a tile",
        tamper: |desk| change(desk, &tile(0, 0), flip).map(|_| None),
        needs_mending: false,
        says: "the tiles do not give the root",
    },
    Tampered {
        name: "a bit of the root",
        tamper: |desk| change(desk, &root(), flip).map(|_| None),
        needs_mending: false,
        says: "the stored checkpoint is not the log's own",
    },
    Tampered {
        name: "the signature",
        tamper: |desk| {
            let note = text_of(desk, "SELECT checkpoint AS name FROM tree")?;
            let (text, signature) = note.split_at(note.len() - 12);
            let altered: String = signature.chars().map(other).collect();
            execute(desk, &format!("UPDATE tree SET checkpoint = '{text}{altered}'"))?;
            Ok(None)
        },
        needs_mending: false,
        says: "the stored checkpoint is not the log's own",
    },
];

/// Entries are missing, or are too many.
pub(crate) const CUT: [Tampered; 3] = [
    Tampered {
        name: "the last entry is deleted",
        tamper: |desk| {
            unlock(desk)?;
            let last = next_index(desk)? - 1;
            execute(
                desk,
                &format!(
                    "DELETE FROM entries WHERE idx = {last}; UPDATE head SET next_index = {last}"
                ),
            )?;
            Ok(None)
        },
        needs_mending: false,
        says: "rolled back or cut",
    },
    Tampered {
        name: "an entry is deleted",
        tamper: |desk| {
            let index = next_index(desk)? - 3;
            unlock(desk)?;
            execute(
                desk,
                &format!(
                    "CREATE TABLE taken AS SELECT * FROM entries WHERE idx = {index}; \
                     DELETE FROM entries WHERE idx = {index}"
                ),
            )?;
            Ok(Some(Box::new(|desk| {
                execute(desk, "INSERT INTO entries SELECT * FROM taken; DROP TABLE taken")
            })))
        },
        needs_mending: true,
        says: "is missing",
    },
    Tampered {
        name: "an entry is inserted",
        tamper: |desk| {
            let end = next_index(desk)?;
            let place = end - 3;
            unlock(desk)?;
            // From the end on, so that no two ever have one index.
            for index in (place..end).rev() {
                execute(
                    desk,
                    &format!("UPDATE entries SET idx = {} WHERE idx = {index}", index + 1),
                )?;
            }
            let id = bytes(desk, &[7; 16]);
            execute(
                desk,
                &format!(
                    "CREATE TABLE copied AS SELECT * FROM entries WHERE idx = {}; \
                     UPDATE copied SET idx = {place}, entry_id = {id}, issuance = NULL; \
                     INSERT INTO entries SELECT * FROM copied; DROP TABLE copied; \
                     UPDATE head SET next_index = {}",
                    place + 1,
                    end + 1
                ),
            )?;
            Ok(Some(Box::new(move |desk| {
                execute(desk, &format!("DELETE FROM entries WHERE idx = {place}"))?;
                for index in place..end {
                    let from = index + 1;
                    execute(desk, &format!("UPDATE entries SET idx = {index} WHERE idx = {from}"))?;
                }
                execute(desk, &format!("UPDATE head SET next_index = {end}"))
            })))
        },
        needs_mending: false,
        says: "do not give its hash",
    },
];

/// Another digit of base64.
fn other(digit: char) -> char {
    match digit {
        'A' => 'B',
        'a'..='z' | 'B'..='Z' | '0'..='9' => 'A',
        digit => digit,
    }
}

/// Two entries in each other's place.
fn swap(desk: &Desk, index: u64) -> anyhow::Result<()> {
    let next = index + 1;
    unlock(desk)?;
    execute(
        desk,
        &format!(
            "UPDATE entries SET idx = -1 WHERE idx = {index}; \
             UPDATE entries SET idx = {index} WHERE idx = {next}; \
             UPDATE entries SET idx = {next} WHERE idx = -1"
        ),
    )
}
