//! The command over exports: a clean one, and ones that somebody changed.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roomkey_audit::{Actor, Entry, Event, VERSION};
use roomkey_claims::{DeskRole, EntryId, SubjectRef, Timestamp};
use uuid::Uuid;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An export of three users who were added at the console.
struct Export(PathBuf);

impl Export {
    fn new() -> Self {
        let name = format!(
            "roomkey_auditor_{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::SeqCst)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let export = Self(folder);
        export.write(&[line(0), line(1), line(2)], 3, 0..3);
        export
    }

    fn write(&self, lines: &[String], count: u64, range: std::ops::Range<u64>) {
        let text: String = lines.concat();
        let hash = crate::desk::hex(text.as_bytes());
        std::fs::write(self.0.join("entries-000000.jsonl"), text).unwrap();
        let manifest = serde_json::json!({
            "count": count,
            "range": {"from": range.start, "to": range.end},
            "files": [{"name": "entries-000000.jsonl", "sha256": hash}],
        });
        std::fs::write(self.0.join("manifest.json"), manifest.to_string()).unwrap();
    }

    #[track_caller]
    fn check(&self, status: i32, expected: &str) {
        let Output { status: ended, stdout, stderr } = run(&["replay"], &self.0);
        let said = [stdout, stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(ended.code(), Some(status), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn run(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roomkey-auditor"));
    command.args(arguments).arg(folder).stdin(Stdio::null()).output().unwrap()
}

fn line(index: u128) -> String {
    let subject = SubjectRef::new(Uuid::from_u128(0x40_0080_0000_0000_0000_0000 + index));
    let at = Timestamp::from_seconds(1_800_000_000);
    let entry = Entry {
        v: VERSION,
        id: EntryId::new(Uuid::from_u128(index)),
        t: at,
        at,
        by: Actor::Console { uid: 0 },
        req: None,
        node: "node-1".to_owned().try_into().unwrap(),
        event: Event::UserAdded { subject, role: DeskRole::User },
    };
    let bytes = entry.to_bytes().unwrap();
    let leaf = STANDARD.encode(bytes.as_slice());
    let entry = serde_json::to_value(&entry).unwrap();
    format!(
        "{}\n",
        serde_json::json!({"index": index, "issuanceId": null, "leaf": leaf, "entry": entry})
    )
}

#[test]
fn a_clean_export_is_clean() {
    let export = Export::new();
    export.check(0, "3 entries: 0 keys issued");
}

#[test]
fn a_line_that_was_taken_out_or_moved_is_a_gap() {
    let export = Export::new();
    export.write(&[line(0), line(2)], 2, 0..2);
    export.check(1, "entry 2");
    export.write(&[line(1), line(0), line(2)], 3, 0..3);
    export.check(1, "entry 1");
}

#[test]
fn a_file_or_a_line_that_was_changed_is_named() {
    let export = Export::new();
    let changed = line(1).replace("\"role\":\"user\"", "\"role\":\"admin\"");
    export.write(&[line(0), changed, line(2)], 3, 0..3);
    export.check(1, "line 2");
    let other = line(1).replace("null", "\"01890a5d-ac96-774b-bcce-b302099a8057\"");
    export.write(&[line(0), other, line(2)], 3, 0..3);
    export.check(1, "the issuanceId is not that of its leaf");
    export.write(&[line(0), line(1), line(2)], 3, 0..3);
    let file = export.0.join("entries-000000.jsonl");
    std::fs::write(&file, [line(0), line(1), line(1)].concat()).unwrap();
    export.check(1, "its SHA-256 differs");
    std::fs::write(&file, line(0).trim_end()).unwrap();
    export.check(1, "cut off");
}

#[test]
fn a_manifest_that_says_something_else_and_a_part_of_a_log_are_refused() {
    let export = Export::new();
    export.write(&[line(0), line(1), line(2)], 4, 0..4);
    export.check(1, "the files hold 3 entries, the manifest says 4");
    export.write(&[line(0), line(1), line(2)], 3, 0..200);
    export.check(1, "entries 0 to 200");
    export.write(&[line(1), line(2)], 2, 1..3);
    export.check(1, "without `--from`");
    std::fs::remove_file(export.0.join("manifest.json")).unwrap();
    export.check(1, "manifest.json cannot be read");
}

#[test]
fn an_export_that_proves_nothing_is_refused() {
    let export = Export::new();
    let manifest = export.0.join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replacen('{', "{\"format\":\"roomkey-csv\",", 1)).unwrap();
    export.check(1, "--format jsonl");
}

#[test]
fn a_text_that_is_no_token_is_refused_and_usage_is_2() {
    let export = Export::new();
    assert_eq!(run(&["trace"], &export.0).status.code(), Some(1));
    assert_eq!(run(&["verify"], &export.0).status.code(), Some(2));
}
