//! From a token to its entry and proof, and a proof verified offline.

use crate::desk::{Desk, Folder, check, fingerprint, run, shown, token};
use crate::web::Web;

/// A log with many users around the key at index 9.
fn desk() -> Desk {
    let mut desk = Desk::ready();
    desk.entries.extend(Desk::of_users(900).entries.into_iter().skip(10));
    desk
}

#[test]
fn a_token_leads_to_its_entry_and_a_proof() {
    let desk = desk();
    let (folder, out) = (desk.export(), Folder::new());
    let (path, file, vkey) = (shown(&folder.0), shown(&out.path("x.tlog-proof")), desk.vkey());
    let web = Web::of(&desk);
    for source in [&path, &web.url] {
        let (status, said) = run(&["trace", source, "--vkey", &vkey, "--proof", &file], &token());
        assert_eq!(status, 0, "{said}");
        assert!(said.contains("entry 9: {\"v\":1"), "{said}");
        assert!(said.contains(&format!("fingerprint {}", fingerprint())), "{said}");
        assert!(said.contains("checkpoint of size 902; its signature is verified"), "{said}");
        assert!(!said.contains(&token()), "{said}");
        let arguments = ["proof", &file, "--vkey", &vkey, "--entry"];
        let proved =
            ["entry 9 with leaf hash", "is in the log desk.example.org/log of 902 entries"];
        check(&[&arguments[..], &[source]].concat(), 0, &proved);
        out.write("leaf", &desk.entries[9]);
        let leaf = shown(&out.path("leaf"));
        check(&[&arguments[..], &[&leaf]].concat(), 0, &proved);
        out.write("leaf", [&desk.entries[9][..], b"\n"].concat());
        check(&[&arguments[..], &[&leaf]].concat(), 0, &proved);
        out.write("leaf", &desk.entries[8]);
        check(&[&arguments[..], &[&leaf]].concat(), 1, &["is not proved", "another root"]);
    }
}

#[test]
fn a_proof_is_only_as_good_as_the_tree() {
    let mut desk = desk();
    let note = desk.note(902);
    desk.entries.swap(500, 501);
    let folder = desk.export();
    let mut manifest: serde_json::Value =
        serde_json::from_str(&folder.text("manifest.json")).unwrap();
    manifest["checkpoint"]["note"] = note.into();
    folder.write("manifest.json", manifest.to_string());
    let (path, vkey) = (shown(&folder.0), desk.vkey());
    let (status, said) = run(&["trace", &path], &token());
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("entry 9") && said.contains("no proof"), "{said}");
    let file = shown(&folder.path("x"));
    let (status, said) = run(&["trace", &path, "--vkey", &vkey, "--proof", &file], &token());
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("there is no proof to write"), "{said}");
    check(&["trace", &path, "--proof", &file], 2, &["--vkey"]);
}

#[test]
fn every_place_in_the_tree_can_be_proved() {
    for index in [9, 10, 255, 256, 511, 512, 767, 768, 901] {
        let mut desk = desk();
        desk.entries.swap(9, index);
        let (folder, vkey) = (desk.export(), desk.vkey());
        let file = shown(&folder.path("x"));
        let path = shown(&folder.0);
        let (status, said) = run(&["trace", &path, "--vkey", &vkey, "--proof", &file], &token());
        assert_eq!(status, 0, "{said}");
        let proved = format!("entry {index} with leaf hash");
        check(&["proof", &file, "--vkey", &vkey, "--entry", &path], 0, &[&proved]);
    }
}

#[test]
fn an_unknown_token_and_a_forged_proof() {
    let desk = Desk::of_users(5);
    let folder = desk.export();
    let (status, said) = run(&["trace", &shown(&folder.0)], &token());
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("no entry of this log records the token"), "{said}");
    folder.write("x", "no proof");
    let (file, vkey) = (shown(&folder.path("x")), desk.vkey());
    check(&["proof", &file, "--vkey", &vkey, "--entry", &file], 1, &["is no proof"]);
}
