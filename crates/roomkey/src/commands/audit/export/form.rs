//! The forms of an export: JSON Lines, which prove, and CSV, which people open.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use roomkey_audit::{Actor, Entry, Outcome, Projection};
use roomkey_claims::Reason;
use roomkey_storage::{Stored, User};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::files::{FileOfExport, Hashed, partial};

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// One JSON text a line, with the exact bytes: what can be verified
    Jsonl,
    /// A table for spreadsheets, without the bytes: cells that a spreadsheet would run begin with an apostrophe
    Csv,
}

impl Form {
    /// What the manifest calls it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "roomkey-jsonl",
            Self::Csv => "roomkey-csv",
        }
    }

    /// What its files end with.
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

/// A file of entries that is being written.
pub(super) enum Writer {
    /// One JSON text a line.
    Jsonl(Box<Hashed>),
    /// A table; with how many entries it has.
    Csv(Box<csv::Writer<Hashed>>, u64),
}

impl Writer {
    /// Begins a file.
    pub(super) fn new(form: Form, file: Hashed) -> anyhow::Result<Self> {
        match form {
            Form::Jsonl => Ok(Self::Jsonl(Box::new(file))),
            Form::Csv => {
                let path = file.path().to_owned();
                let mut builder = csv::WriterBuilder::new();
                // RFC 4180 section 2.
                let mut table = builder.terminator(csv::Terminator::CRLF).from_writer(file);
                table.write_record(COLUMNS).with_context(|| partial(&path))?;
                Ok(Self::Csv(Box::new(table), 0))
            }
        }
    }

    /// Writes an entry.
    pub(super) fn push(&mut self, stored: &Stored) -> anyhow::Result<()> {
        match self {
            Self::Jsonl(lines) => lines.push(&EntryLine::of(stored)),
            Self::Csv(table, count) => {
                let unreadable =
                    || format!("entry {} does not read; JSON Lines take it as it is", stored.index);
                let entry = stored.entry().with_context(unreadable)?;
                let cells = cells(stored, &entry, Projection::of(&entry)).map(neutral);
                *count += 1;
                let written = table.write_record(cells);
                written.with_context(|| partial(table.get_ref().path()))
            }
        }
    }

    /// How many entries it has.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Jsonl(lines) => lines.count(),
            Self::Csv(_, count) => *count,
        }
    }

    /// Ends the file.
    pub(super) fn finish(self) -> anyhow::Result<FileOfExport> {
        match self {
            Self::Jsonl(lines) => lines.finish(),
            Self::Csv(table, count) => {
                let path = table.get_ref().path().to_owned();
                let file = table.into_inner().map_err(csv::IntoInnerError::into_error);
                let mut file = file.with_context(|| partial(&path))?;
                file.set_count(count);
                file.finish()
            }
        }
    }
}

/// The columns of a table.
const COLUMNS: [&str; 17] = [
    "index",
    "id",
    "time",
    "kind",
    "outcome",
    "reason",
    "actor",
    "actor_id",
    "subject",
    "room",
    "scene",
    "event",
    "provider",
    "issuance",
    "fingerprint",
    "address",
    "leaf_hash",
];

fn cells(stored: &Stored, entry: &Entry, found: Projection) -> [String; 17] {
    let (actor, actor_id) = match &entry.by {
        Actor::System => ("system", String::new()),
        Actor::Console { uid } => ("console", uid.to_string()),
        Actor::Session { session, subject: _ } => ("session", session.to_string()),
        Actor::Backend { backend } => ("backend", backend.to_string()),
        Actor::Address { prefix } => ("address", prefix.clone()),
    };
    let id = |id: Option<String>| id.unwrap_or_default();
    [
        stored.index.to_string(),
        entry.id.to_string(),
        entry.t.to_string(),
        found.kind.as_str().to_owned(),
        found.outcome.map(Outcome::as_str).unwrap_or_default().to_owned(),
        found.reason.map(Reason::as_str).unwrap_or_default().to_owned(),
        actor.to_owned(),
        actor_id,
        id(found.subject.map(|subject| subject.to_string())),
        id(found.room.map(String::from)),
        id(found.scene.map(String::from)),
        id(found.event.map(String::from)),
        id(found.provider.map(String::from)),
        id(found.issuance.map(|issuance| issuance.to_string())),
        id(found.fingerprint.map(|fingerprint| fingerprint.to_string())),
        id(found.address),
        stored.leaf.to_string(),
    ]
}

/// A cell that no spreadsheet runs as a formula: room ids may begin with a minus.
fn neutral(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

/// One line of `entries-NNNNNN.jsonl`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryLine<'a> {
    index: u64,
    issuance_id: Option<String>,
    /// The exact bytes that are hashed, in base64.
    leaf: String,
    /// The same, readable; none where somebody made them something else than an entry, which is for auditors to see.
    entry: Option<&'a RawValue>,
}

/// As much of an entry as a line repeats.
#[derive(Deserialize)]
struct Issuance {
    #[serde(default)]
    issuance: Option<String>,
}

impl<'a> EntryLine<'a> {
    /// The line of an entry. Its bytes are JSON already: they are looked through, not read and written again.
    fn of(stored: &'a Stored) -> Self {
        let entry = serde_json::from_slice::<&RawValue>(&stored.body).ok();
        let entry = entry.filter(|entry| !entry.get().contains(['\n', '\r']));
        let issued = entry.and_then(|entry| serde_json::from_str::<Issuance>(entry.get()).ok());
        Self {
            index: stored.index,
            issuance_id: issued.and_then(|issued| issued.issuance),
            leaf: STANDARD.encode(&stored.body),
            entry,
        }
    }
}

/// One line of `identities.jsonl`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdentityLine<'a> {
    subject: String,
    username: &'a str,
    did: Option<&'a str>,
    display_name: Option<&'a str>,
}

impl<'a> IdentityLine<'a> {
    /// Who a user is.
    pub(super) fn of(user: &'a User) -> Self {
        Self {
            subject: user.subject.to_string(),
            username: user.username.as_str(),
            did: user.did.as_ref().map(roomkey_claims::Did::as_str),
            display_name: user.display_name.as_ref().map(roomkey_claims::DisplayName::as_str),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_as_a_formula_does() {
        for cell in ["=1+1", "+1", "-room", "@sum", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(neutral(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["", "room-1", "'x", "1-1"] {
            assert_eq!(neutral(cell.to_owned()), cell);
        }
    }
}
