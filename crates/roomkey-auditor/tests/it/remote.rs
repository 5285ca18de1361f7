//! Logs behind a URL: honest servers, and ones that lie.

use roomkey_audit::tree::bundle::{BundleId, encode_bundle};

use crate::desk::{Desk, Folder, check, shown};
use crate::web::Web;

#[track_caller]
fn verify(desk: &Desk, web: &Web, more: &[&str], status: i32, said: &[&str]) -> String {
    let vkey = desk.vkey();
    check(&[&["verify", &web.url, "--vkey", &vkey], more].concat(), status, said)
}

#[test]
fn an_honest_server_verifies() {
    for size in [1, 5, 256, 257, 700] {
        let desk = Desk::of_users(size);
        let said = [&*format!("{size} entries hashed"), "the entries lead to its root"];
        verify(&desk, &Web::of(&desk), &[], 0, &said);
    }
    let desk = Desk::of_users(700);
    let (web, folder) = (Web::of(&desk), Folder::new());
    let kept = shown(&folder.path("kept"));
    folder.write("kept", desk.note(300));
    verify(&desk, &web, &["--checkpoint", &kept], 0, &["the 300 entries of the kept checkpoint"]);
    check(&["gaps", &web.url], 0, &["700 entries, none is missing"]);
}

#[test]
fn a_partial_tile_may_have_given_way_to_the_full_one() {
    let (before, after) = (Desk::of_users(300), Desk::of_users(600));
    let web = Web::of(&after);
    web.set("checkpoint", Some(before.note(300).into_bytes()));
    web.set("tile/1/000.p/1", Some(Web::of(&before).get("tile/1/000.p/1")));
    verify(&before, &web, &[], 0, &["300 entries hashed", "the entries lead to its root"]);
}

#[test]
fn a_tile_that_lies_is_named() {
    let desk = Desk::of_users(700);
    let web = Web::of(&desk);
    web.flip("tile/0/001", 32 * 44 + 3);
    let said = ["tile/0/001 lies about entry 300", "1 finding", "the entries lead to its root"];
    verify(&desk, &web, &[], 1, &said);
    let web = Web::of(&desk);
    web.flip("tile/0/002.p/188", 32 * 187);
    verify(&desk, &web, &[], 1, &["tile/0/002.p/188 lies about entry 699"]);
    let web = Web::of(&desk);
    web.flip("tile/1/000.p/2", 40);
    verify(&desk, &web, &[], 1, &["tile/1/000.p/2 lies: its hash 1 is not that of the entries"]);
}

#[test]
fn an_entry_that_was_changed_is_named() {
    let desk = Desk::of_users(700);
    let web = Web::of(&desk);
    let at = web.get("tile/entries/001").len() - 3;
    web.flip("tile/entries/001", at);
    let said =
        verify(&desk, &web, &[], 1, &["entry 511 was changed: its hash is not that in tile/0/001"]);
    assert!(said.contains("the tiles lead to the signed root"), "{said}");
    // One left out, the next ones moved up.
    let mut other = Desk::of_users(701);
    other.entries.remove(600);
    let web = Web::of(&desk);
    let bundle = BundleId::of_tree(2, 700).unwrap();
    let entries: Vec<&[u8]> = other.entries[512..].iter().map(Vec::as_slice).collect();
    web.set(&bundle.to_string(), Some(encode_bundle(bundle, &entries).unwrap()));
    verify(&desk, &web, &[], 1, &["entry 600 was changed", "101 findings"]);
}

#[test]
fn a_fork_a_rollback_and_a_forged_checkpoint() {
    let desk = Desk::of_users(300);
    let folder = Folder::new();
    let kept = shown(&folder.path("kept"));
    let mut fork = Desk::of_users(300);
    fork.entries.swap(10, 11);
    folder.write("kept", desk.note(200));
    let said = ["the kept checkpoint of size 200 has the root"];
    verify(&desk, &Web::of(&fork), &["--checkpoint", &kept], 1, &said);
    folder.write("kept", Desk::of_users(400).note(400));
    let said = ["the kept checkpoint has 400 entries, this one has 300"];
    verify(&desk, &Web::of(&desk), &["--checkpoint", &kept], 1, &said);
    let web = Web::of(&desk);
    let at = web.get("checkpoint").len() - 20;
    web.flip("checkpoint", at);
    verify(&desk, &web, &[], 1, &["the checkpoint: "]);
}

#[test]
fn what_is_missing_or_has_another_length_is_named() {
    let desk = Desk::of_users(300);
    for (path, said) in [
        ("tile/entries/000", "tile/entries/000 is missing"),
        ("tile/0/000", "tile/0/000 is missing"),
        ("tile/1/000.p/1", "tile/1/000.p/1 is missing"),
    ] {
        let web = Web::of(&desk);
        web.set(path, None);
        verify(&desk, &web, &[], 1, &[said]);
    }
    let web = Web::of(&desk);
    web.set("tile/entries/000", None);
    check(&["gaps", &web.url], 1, &["entries 0 to 255 are missing"]);
    let web = Web::of(&desk);
    let mut bytes = web.get("tile/0/000");
    bytes.pop();
    web.set("tile/0/000", Some(bytes));
    verify(&desk, &web, &[], 1, &["tile tile/0/000 has 8191 bytes"]);
    let web = Web::of(&desk);
    web.set("tile/0/000", Some(vec![0; 8193]));
    verify(&desk, &web, &[], 1, &["answers with more than 8192 bytes"]);
    let web = Web::of(&desk);
    let mut bytes = web.get("tile/entries/000");
    bytes.truncate(1000);
    web.set("tile/entries/000", Some(bytes));
    verify(&desk, &web, &[], 1, &["tile/entries/000 cannot be read: the bundle ends before"]);
    web.set("checkpoint", None);
    verify(&desk, &web, &[], 1, &["nothing is signed there yet"]);
    web.set("checkpoint", Some(b"redirect".to_vec()));
    verify(&desk, &web, &[], 1, &["a redirect, which is not followed"]);
}

#[test]
fn a_session_is_given_in_a_file_and_never_in_clear_over_a_network() {
    let desk = Desk::of_users(5);
    let (web, folder) = (Web::with_token(&desk, Some("rk_secret")), Folder::new());
    verify(&desk, &web, &[], 1, &["wants the session of an auditor", "--token-file"]);
    folder.write("token", "rk_secret\n");
    let token = shown(&folder.path("token"));
    verify(&desk, &web, &["--token-file", &token], 0, &["5 entries hashed"]);
    let vkey = desk.vkey();
    for (url, said) in [
        ("http://desk.example.org", "use https://"),
        ("http://10.0.0.1:80", "use https://"),
        ("https://user:password@desk.example.org", "holds a password"),
        ("https://desk.example.org/?a=b", "a query"),
        ("http://", "is no URL"),
        ("http://127.0.0.1:1", "cannot be reached"),
    ] {
        check(&["verify", url, "--vkey", &vkey], 1, &[said]);
    }
    check(&["replay", &shown(&folder.0), "--token-file", &token], 1, &["is for a URL"]);
}
