//! Exports that somebody changed: each class is found, and its place is named.

use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::proof::TreeHead;
use roomkey_claims::DeskRole;

use crate::desk::{CONSOLE, Desk, Folder, check, key, line, shown, sign, subject, verify};

const ROOT: &str = "entries below the checkpoint's size have the root";

/// Puts other lines into the first file and lists them, as somebody would who knows the format.
fn rewrite(folder: &Folder, change: impl FnOnce(&mut Vec<String>)) {
    let text = folder.text("entries-000000.jsonl");
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    change(&mut lines);
    folder.write("entries-000000.jsonl", lines.concat());
    folder.relist();
}

#[test]
fn a_clean_export_verifies() {
    for size in [1, 3, 8, 300] {
        let desk = Desk::of_users(size);
        let said = ["verified", "signature verified, the entries lead to its root"];
        verify(&desk, &desk.export(), &[], 0, &said);
    }
    let desk = Desk::ready();
    let (vkey, folder) = (desk.vkey(), desk.export());
    let said =
        check(&["--json", "verify", &shown(&folder.0), "--vkey", &vkey], 0, &["\"entries\":12"]);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["verified"], true);
    assert_eq!(report["checkpoint"]["origin"], "desk.example.org/log");
    assert_eq!(report["findings"], serde_json::json!([]));
}

#[test]
fn lines_in_another_spelling_are_read_as_well() {
    let desk = Desk::ready();
    let folder = desk.export();
    rewrite(&folder, |lines| {
        let line: serde_json::Value = serde_json::from_str(&lines[1]).unwrap();
        lines[1] = format!("{line}\n");
    });
    verify(&desk, &folder, &[], 0, &["verified"]);
}

#[test]
fn a_bit_of_an_entry() {
    let desk = Desk::of_users(8);
    let folder = desk.export();
    // In the readable entry alone, in the leaf alone, in both.
    folder.replace("entries-000001.jsonl", "\"role\":\"user\"", "\"role\":\"admin\"");
    folder.relist();
    let named =
        ["entries-000001.jsonl line 1: entry 3: the readable entry is not that of its leaf"];
    verify(&desk, &folder, &[], 1, &named);
    let mut changed = desk.entries[4].clone();
    changed[40] ^= 1;
    let folder = desk.export();
    let leaf = |bytes: &[u8]| {
        let line: serde_json::Value = serde_json::from_str(&line(4, bytes)).unwrap();
        line["leaf"].as_str().unwrap().to_owned()
    };
    folder.replace("entries-000001.jsonl", &leaf(&desk.entries[4]), &leaf(&changed));
    folder.relist();
    verify(&desk, &folder, &[], 1, &["entry 4: the readable entry is not that of its leaf", ROOT]);
    let folder = desk.export();
    folder.replace("entries-000001.jsonl", &line(4, &desk.entries[4]), &line(4, &changed));
    verify(&desk, &folder, &[], 1, &["entries-000001.jsonl is not the file", ROOT]);
    folder.relist();
    verify(&desk, &folder, &[], 1, &["the 8 entries below", ROOT, "1 finding"]);
}

#[test]
fn the_root_the_size_and_the_signature_of_the_checkpoint() {
    let desk = Desk::of_users(8);
    let head = desk.head(8);
    let other = TreeHead { root: Hash::from_bytes([7; 32]), ..head };
    let changed = |from: &str, to: &str| {
        let folder = desk.export();
        folder.replace("manifest.json", from, to);
        folder
    };
    let signature = "the note was changed or forged";
    let root = changed(&head.root.to_string(), &other.root.to_string());
    verify(&desk, &root, &[], 1, &[signature, ROOT]);
    let size = changed("log\\n8\\n", "log\\n7\\n");
    verify(&desk, &size, &[], 1, &[signature, "says that its checkpoint is of", "1 entry behind"]);
    let note = desk.note(8);
    let bytes: Vec<char> = note.chars().collect();
    let at = bytes.len() - 20;
    let flipped = if bytes[at] == 'A' { 'B' } else { 'A' };
    let forged: String =
        bytes.iter().enumerate().map(|(i, c)| if i == at { flipped } else { *c }).collect();
    let quoted = |note: &str| note.replace('\n', "\\n");
    verify(&desk, &changed(&quoted(&note), &quoted(&forged)), &[], 1, &[signature]);
    // Signed with the real key, over another tree.
    let lie = changed(&quoted(&note), &quoted(&sign(&desk.key, other)));
    verify(&desk, &lie, &[], 1, &[ROOT, "signature verified"]);
    let none = changed(&quoted(&note), "no note");
    verify(&desk, &none, &[], 1, &["no signatures", "the checkpoint cannot be read"]);
}

#[test]
fn the_checkpoint_of_another_log() {
    let desk = Desk::of_users(8);
    let quoted = |note: &str| note.replace('\n', "\\n");
    let others = [key("other.example.org/log", 1), key("desk.example.org/log", 2)];
    for other in others {
        let folder = desk.export();
        let note = sign(&other, desk.head(8));
        folder.replace("manifest.json", &quoted(&desk.note(8)), &quoted(&note));
        verify(&desk, &folder, &[], 1, &["check that the verifier key is the log's"]);
        folder.write("kept", &note);
        let kept = shown(&folder.path("kept"));
        let folder = desk.export();
        verify(&desk, &folder, &["--checkpoint", &kept], 1, &["is no checkpoint of this log"]);
    }
}

#[test]
fn an_entry_that_is_deleted_swapped_or_inserted() {
    let desk = Desk::of_users(8);
    let folder = desk.export();
    rewrite(&folder, |lines| drop(lines.remove(1)));
    verify(&desk, &folder, &[], 1, &["entry 1 is missing", "the root was not compared"]);
    check(&["gaps", &shown(&folder.0)], 1, &["entry 1 is missing", "7 entries"]);
    let folder = desk.export();
    rewrite(&folder, |lines| lines.swap(0, 1));
    verify(&desk, &folder, &[], 1, &["entry 0 is missing", "entry 0 comes where entry 2 is due"]);
    check(&["gaps", &shown(&folder.0)], 1, &["entry 0 comes where entry 2 is due"]);
    let folder = desk.export();
    rewrite(&folder, |lines| lines.insert(1, line(1, &desk.entries[7])));
    verify(&desk, &folder, &[], 1, &["entry 1 comes where entry 2 is due: twice"]);
    // All renumbered: only the tree shows it.
    let mut other = Desk::of_users(8);
    other.entries.swap(2, 3);
    let folder = other.export_part(0..8, None);
    let text = folder.text("manifest.json").replace("null", "CHECKPOINT");
    let signed =
        serde_json::json!({"origin": "desk.example.org/log", "size": 8, "note": desk.note(8)});
    folder.write("manifest.json", text.replace("CHECKPOINT", &signed.to_string()));
    verify(&desk, &folder, &[], 1, &[ROOT]);
}

#[test]
fn a_tail_that_is_cut() {
    let desk = Desk::of_users(8);
    let part = desk.export_part(0..5, Some(8));
    let said = ["covers 8 entries, but these end before entry 5: the tail is missing"];
    verify(&desk, &part, &[], 1, &said);
    verify(&desk, &part, &["--partial"], 0, &["note: the checkpoint covers 8 entries"]);
    let folder = desk.export();
    std::fs::remove_file(folder.path("entries-000002.jsonl")).unwrap();
    verify(&desk, &folder, &[], 1, &["entries-000002.jsonl cannot be read"]);
    let folder = desk.export();
    let text = folder.text("entries-000002.jsonl");
    folder.write("entries-000002.jsonl", &text.as_bytes()[..text.len() - 30]);
    verify(&desk, &folder, &[], 1, &["entries-000002.jsonl line 2: the line is cut off"]);
    folder.write("entries-000002.jsonl", text.split_inclusive('\n').next().unwrap());
    let said = ["has 1 lines, the manifest says 2", "the entries end before entry 7"];
    verify(&desk, &folder, &[], 1, &said);
    check(&["gaps", &shown(&folder.0)], 1, &["entry 7 is missing"]);
}

#[test]
fn a_manifest_that_says_something_else() {
    let desk = Desk::of_users(8);
    for (from, to, said) in [
        ("\"count\":8", "\"count\":9", "manifest.json says 9 entries, and entries 0 to 8"),
        ("\"to\":8", "\"to\":9", "the entries end before entry 8, and 9 are due"),
        ("\"bytes\":", "\"bytes\":1", "is not the file that the manifest describes"),
        ("\"sha256\":\"", "\"sha256\":\"0", "its SHA-256 differs"),
        ("entries-000001", "entries-000002", "files out of order"),
        ("entries-000001", "entries-000002", "lists a file twice"),
        ("entries-000001.jsonl", "../entries-000001", "a file outside the folder"),
        ("\"count\":3", "\"count\":4", "but its files 9 in all"),
        ("\"size\":8", "\"size\":7", "says that its checkpoint is of"),
    ] {
        let folder = desk.export();
        let name = if from == "entries-000001.jsonl" { "entries-/../x" } else { to };
        folder.replace("manifest.json", from, if from.ends_with("jsonl") { name } else { to });
        verify(&desk, &folder, &[], 1, &[said]);
    }
    for (from, to, said) in [
        ("\"version\":1", "\"version\":2", "use a newer one"),
        ("roomkey-jsonl", "roomkey-csv", "--format jsonl"),
        ("\"from\":0", "\"from\":9", "ends before it begins"),
        ("{", "[", "is no manifest"),
    ] {
        let folder = desk.export();
        folder.replace("manifest.json", from, to);
        verify(&desk, &folder, &[], 1, &[said]);
    }
}

#[test]
fn a_kept_checkpoint() {
    let desk = Desk::of_users(8);
    let folder = desk.export();
    let kept = shown(&folder.path("kept"));
    for size in [0, 1, 4, 5, 8] {
        folder.write("kept", desk.note(size));
        let said = format!("begins with the {size} entries of the kept checkpoint");
        verify(&desk, &folder, &["--checkpoint", &kept], 0, &[&said]);
    }
    // Rolled back, with everything in it signed with the real key.
    folder.write("kept", Desk::of_users(9).note(9));
    let said = ["rolled back: the kept checkpoint has 9 entries, this one has 8"];
    verify(&desk, &folder, &["--checkpoint", &kept], 1, &said);
    // A fork signed with the real key, of the same and of a smaller size.
    let mut fork = Desk::of_users(3);
    let event = roomkey_audit::Event::UserAdded { subject: subject(99), role: DeskRole::Admin };
    fork.push(CONSOLE, event);
    for number in 4..8 {
        let role = DeskRole::User;
        fork.push(CONSOLE, roomkey_audit::Event::UserAdded { subject: subject(number), role });
    }
    for size in [4, 8] {
        folder.write("kept", fork.note(size));
        let said = format!("a fork, or was changed: the kept checkpoint of size {size}");
        verify(
            &desk,
            &folder,
            &["--checkpoint", &kept],
            1,
            &[&said, "first", "of these 8 entries"],
        );
    }
    folder.write("kept", fork.note(3));
    verify(&desk, &folder, &["--checkpoint", &kept], 0, &["verified"]);
}

#[test]
fn a_checkpoint_is_kept_only_where_all_is_well() {
    let desk = Desk::of_users(8);
    let folder = desk.export();
    let kept = shown(&folder.path("new"));
    verify(&desk, &folder, &["--save", &kept], 0, &["verified"]);
    assert_eq!(folder.text("new"), desk.note(8));
    verify(&desk, &folder, &["--checkpoint", &kept, "--save", &kept], 0, &["begins with the 8"]);
    std::fs::remove_file(&kept).unwrap();
    folder.replace("manifest.json", "\"count\":8", "\"count\":9");
    verify(&desk, &folder, &["--save", &kept], 1, &[]);
    assert!(!folder.path("new").exists());
}

#[test]
fn parts_and_unsigned_exports_say_what_is_not_proved() {
    let desk = Desk::of_users(8);
    let ahead = desk.export_part(0..8, Some(5));
    verify(&desk, &ahead, &[], 0, &["3 entries behind the checkpoint are not yet signed"]);
    let later = desk.export_part(2..8, Some(8));
    verify(&desk, &later, &[], 1, &["begins at entry 2: the 2 before it are missing"]);
    verify(&desk, &later, &["--partial"], 0, &["no root can be compared"]);
    let unsigned = desk.export_part(0..8, None);
    verify(&desk, &unsigned, &[], 1, &["nothing is signed"]);
    check(&["verify", &shown(&unsigned.0), "--unsigned"], 0, &["nothing is signed", "verified"]);
    let said = ["signature not verified, the entries lead to its root"];
    check(&["verify", &shown(&desk.export().0), "--unsigned"], 0, &said);
    let empty = Desk::new();
    verify(&empty, &empty.export(), &[], 0, &["0 entries hashed", "the entries lead to its root"]);
}

#[test]
fn usage_is_2_and_many_findings_are_bounded() {
    let desk = Desk::of_users(600);
    let folder = desk.export_part(0..600, Some(600));
    let path = shown(&folder.0);
    check(&["verify", &path], 2, &["--vkey"]);
    check(&["verify", &path, "--vkey", "nonsense"], 2, &["a verifier key is"]);
    check(&["verify"], 2, &[]);
    for number in 0..200 {
        folder.replace(
            &format!("entries-{number:06}.jsonl"),
            "\"role\":\"user\"",
            "\"role\":\"admin\"",
        );
    }
    folder.relist();
    verify(&desk, &folder, &[], 1, &["over 100 findings", "100 findings"]);
}
