//! Whatever comes: no panic, and what reads is what would be written.

use proptest::prelude::*;

use super::*;
use crate::tree::bundle::{BundleId, decode_bundle, encode_bundle};
use crate::tree::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::tree::note::Note;
use crate::tree::note::line::SignatureLine;
use crate::tree::proof::verify::{verify_consistency, verify_inclusion};
use crate::tree::tile::path::LogPath;
use crate::tree::tlog_proof::TlogProof;

/// Texts made of the pieces of the formats, so that they get further than noise.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\n",
        "\n\n",
        "\u{2014} ",
        " ",
        "a",
        "example.org/log",
        "0",
        "1",
        "18446744073709551615",
        "index ",
        "extra ",
        "c2sp.org/tlog-proof@v1\n",
        "AAAAAAA=",
        "YQ==",
        "+",
        "\u{a0}",
        "tile/",
        "entries/",
        "x001/",
        "000",
        ".p/",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "\u{2014} a AAAAAAA=\n",
        "530d903a",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

/// Reads a text as everything that a text can be.
fn read(text: &str) {
    let keys = [signing_key("example.org/log", 1).verifier().clone()];
    if let Ok(path) = text.parse::<LogPath>() {
        assert_eq!(path.to_string(), text);
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(hash) = text.parse::<Hash>() {
        assert_eq!(hash.to_string(), text);
    }
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
    if let Ok(line) = text.parse::<SignatureLine>() {
        assert_eq!(line.to_string(), text);
    }
    if let Ok(proof) = TlogProof::parse(text.as_bytes()) {
        assert_eq!(proof.to_string(), text);
        assert!(proof.verify(leaf(0), &keys).is_err());
    }
    if let Ok(note) = Note::parse(text.as_bytes()) {
        assert!(note.verify(&keys).is_err());
    }
    assert!(SignedCheckpoint::open(text.as_bytes(), &keys).is_err());
}

fn hashes() -> impl Strategy<Value = Vec<Hash>> {
    prop::collection::vec(any::<[u8; 32]>().prop_map(Hash::from_bytes), 0..70)
}

proptest! {
    #[test]
    fn texts(text in ".{0,200}") {
        read(&text);
    }

    #[test]
    fn texts_of_pieces(text in pieces()) {
        read(&text);
    }

    #[test]
    fn bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), index: u64, width in 1..=256_u16) {
        let bundle = BundleId::new(index, width).unwrap();
        if let Ok(entries) = decode_bundle(bundle, &bytes) {
            prop_assert_eq!(encode_bundle(bundle, &entries).unwrap(), bytes);
        } else {
            prop_assert!(Note::parse(&bytes).is_err());
            prop_assert!(TlogProof::parse(&bytes).is_err());
        }
    }

    #[test]
    fn proofs(proof in hashes(), index: u64, old: u64, new: u64, root: [u8; 32]) {
        let root = Hash::from_bytes(root);
        let (old, new) = (TreeHead { size: old, root }, TreeHead { size: new, root });
        prop_assert!(verify_inclusion(&new, index, leaf(0), &proof).is_err());
        let is_same = old.size == new.size && proof.is_empty();
        prop_assert_eq!(verify_consistency(&old, &new, &proof).is_ok(), is_same);
    }
}
