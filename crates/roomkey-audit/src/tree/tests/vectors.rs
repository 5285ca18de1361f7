//! Vectors of RFC 6962's reference implementation, C2SP and Go.

use secrecy::{ExposeSecret, SecretString};

use crate::tree::builder::Edge;
use crate::tree::key::signing::SigningKey;
use crate::tree::key::{KeyKind, VerifierKey};
use crate::tree::note::{Verified, open_note, sign_note};
use crate::{LeafHash, leaf_hash};

/// The leaves and roots with which implementations of Certificate Transparency are tested.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn roots_are_those_of_certificate_transparency() {
    let mut edge = Edge::empty();
    for (leaf, root) in LEAVES.iter().zip(ROOTS) {
        edge.append(leaf_hash(leaf)).unwrap();
        let hex = LeafHash::from_bytes(*edge.root().as_bytes()).to_string();
        assert_eq!(hex, root, "{}", edge.size());
    }
}

/// `c2sp.org/signed-note`, "Example".
#[test]
fn the_example_of_signed_note_opens() {
    let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let key: VerifierKey = vkey.parse().unwrap();
    assert_eq!(key.to_string(), vkey);
    assert_eq!(key.kind(), KeyKind::Ed25519);
    let note = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let open = open_note(note.as_bytes(), std::slice::from_ref(&key)).unwrap();
    assert_eq!(open.text(), "This is an example message.\n");
    assert_eq!(open.verified(), [Verified::Signature { key }]);
    assert_eq!(open.unknown(), []);
}

/// The examples of `golang.org/x/mod/sumdb/note`; signatures of Ed25519 are the same each time.
#[test]
fn the_examples_of_go_sign_and_open() {
    let skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let first = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let second = "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
    let peter = SigningKey::parse(&SecretString::from(skey)).unwrap();
    assert_eq!(peter.verifier().to_string(), vkey);
    let enoch = SigningKey::from_seed("EnochRoot".parse().unwrap(), &[0; 32]).unwrap();
    let note = sign_note(text, &[&peter, &enoch]).unwrap();
    assert_eq!(note, format!("{text}\n{first}{second}"));
    let open = open_note(note.as_bytes(), &[vkey.parse().unwrap()]).unwrap();
    assert_eq!((open.verified().len(), open.unknown().len()), (1, 1));
    let written = SigningKey::encode("EnochRoot".parse().unwrap(), &[0; 32]).unwrap();
    let read = SigningKey::parse(&written).unwrap();
    assert_eq!(read.verifier(), enoch.verifier());
    assert!(!format!("{read:?}").contains(written.expose_secret()));
}
