use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::tree::checkpoint::{
    Checkpoint, CheckpointError, Line, OpenError, SignCheckpointError, SignedCheckpoint,
    sign_checkpoint,
};
use crate::tree::note::{NoteError, sign_note};
use crate::tree::proof::inclusion;
use crate::tree::tlog_proof::{
    MAX_EXTRA_BYTES, MAX_TLOG_PROOF_BYTES, TlogProof, TlogProofError, TlogProofUnproved,
};

const ORIGIN: &str = "example.org/log";

fn checkpoint(head: TreeHead) -> Checkpoint {
    let name = ORIGIN.parse().unwrap();
    Checkpoint::new(Line::from(&name), head).unwrap()
}

fn signed(head: TreeHead) -> SignedCheckpoint {
    let key = signing_key(ORIGIN, 1);
    let note = sign_checkpoint(&checkpoint(head), &key).unwrap();
    SignedCheckpoint::open(note.as_bytes(), &[key.verifier().clone()]).unwrap()
}

/// `c2sp.org/tlog-checkpoint`; its key is not published, so only the text can be held against it.
#[test]
fn the_example_of_the_specification_reads() {
    let text =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let read: Checkpoint = text.parse().unwrap();
    assert_eq!(read.origin().as_str(), "example.com/behind-the-sofa");
    assert_eq!(read.head().size, 20_852_163);
    assert_eq!(read.to_string(), text);
    let extended = format!("{text}one\ntwo 2\n");
    let read: Checkpoint = extended.parse().unwrap();
    let extensions: Vec<&str> = read.extensions().iter().map(Line::as_str).collect();
    assert_eq!(extensions, ["one", "two 2"]);
    assert_eq!(read.to_string(), extended);
}

#[test]
fn what_is_no_checkpoint_says_why() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    for (text, error) in [
        (String::new(), CheckpointError::Lines),
        ("\n".to_owned(), CheckpointError::Lines),
        ("a\n1\n".to_owned(), CheckpointError::Lines),
        (format!("a\n1\n{root}"), CheckpointError::Lines),
        (format!("\n1\n{root}\n"), CheckpointError::Lines),
        (format!("a\n\n{root}\n"), CheckpointError::Lines),
        (format!("a\n1\n{root}\n\n"), CheckpointError::Lines),
        (format!("a\n1\n{root}\n\nb\n"), CheckpointError::Lines),
        (format!("a\tb\n1\n{root}\n"), CheckpointError::Lines),
        (format!("a\n1\n{root}\nb\r\n"), CheckpointError::Lines),
        (format!("a\n01\n{root}\n"), CheckpointError::Size),
        (format!("a\n00\n{root}\n"), CheckpointError::Size),
        (format!("a\n+1\n{root}\n"), CheckpointError::Size),
        (format!("a\n-1\n{root}\n"), CheckpointError::Size),
        (format!("a\n1 \n{root}\n"), CheckpointError::Size),
        (format!("a\n\u{661}\n{root}\n"), CheckpointError::Size),
        (format!("a\n18446744073709551616\n{root}\n"), CheckpointError::Size),
        ("a\n1\nAAAA\n".to_owned(), CheckpointError::Root),
        (format!("a\n1\n{root} \n"), CheckpointError::Root),
        (format!("a\n0\n{root}\n"), CheckpointError::EmptyTree),
    ] {
        assert_eq!(text.parse::<Checkpoint>(), Err(error), "{text:?}");
    }
    let greatest = format!("a\n18446744073709551615\n{root}\n");
    assert_eq!(greatest.parse::<Checkpoint>().unwrap().head().size, u64::MAX);
    assert_eq!(checkpoint(TreeHead::EMPTY).to_string().parse(), Ok(checkpoint(TreeHead::EMPTY)));
}

#[test]
fn a_checkpoint_opens_only_for_its_logs_key() {
    let (edge, ..) = grow(5);
    let key = signing_key(ORIGIN, 1);
    let text = checkpoint(edge.head()).to_string();
    let (witness, line) = cosign("witness.example/w1", 7, 1_700_000_000, &text);
    let note = sign_checkpoint(&checkpoint(edge.head()), &key).unwrap() + &line;
    let keys = [key.verifier().clone(), witness.clone()];
    let open = SignedCheckpoint::open(note.as_bytes(), &keys).unwrap();
    assert_eq!((open.head(), open.note()), (edge.head(), note.as_str()));
    assert_eq!(open.unknown().len(), 0);
    let alone = SignedCheckpoint::open(note.as_bytes(), &keys[..1]).unwrap();
    assert_eq!(alone.unknown().len(), 1);
    // A witness without the log is not enough, nor is the key of another log.
    let expected = OpenError::NotByItsLog { origin: ORIGIN.to_owned() };
    assert_eq!(SignedCheckpoint::open(note.as_bytes(), &keys[1..]), Err(expected.clone()));
    let other = signing_key("example.org/other", 1);
    let forged = sign_note(&text, &[&other]).unwrap();
    let known = [key.verifier().clone(), other.verifier().clone()];
    assert_eq!(SignedCheckpoint::open(forged.as_bytes(), &known), Err(expected));
    let refused = sign_checkpoint(&checkpoint(edge.head()), &other);
    assert_eq!(refused, Err(SignCheckpointError::OtherName));
    // What the log signed need not be a checkpoint.
    let strange = sign_note("hello\n", &[&key]).unwrap();
    let error = SignedCheckpoint::open(strange.as_bytes(), &keys).unwrap_err();
    assert_eq!(error, OpenError::Checkpoint(CheckpointError::Lines));
    for changed in flips(signed(edge.head()).note().as_bytes()) {
        assert!(SignedCheckpoint::open(&changed, &keys).is_err());
    }
}

#[test]
fn a_proof_in_a_file_verifies_offline() {
    let (edge, tiles, _) = grow(300);
    let keys = [signing_key(ORIGIN, 1).verifier().clone()];
    for index in [0, 1, 255, 256, 299] {
        let hashes = inclusion(index, 300, &tiles).unwrap();
        let proof = TlogProof::new(index, hashes, &signed(edge.head()));
        let file = proof.to_string();
        assert!(file.starts_with("c2sp.org/tlog-proof@v1\nindex "));
        let read = TlogProof::parse(file.as_bytes()).unwrap();
        assert_eq!(read, proof);
        assert_eq!(read.verify(leaf(index), &keys).unwrap().head(), edge.head());
        let error = read.verify(leaf(index + 1), &keys).unwrap_err();
        assert!(matches!(error, TlogProofUnproved::Inclusion(_)));
        let other = [signing_key(ORIGIN, 2).verifier().clone()];
        let error = read.verify(leaf(index), &other).unwrap_err();
        let unsigned = TlogProofUnproved::Checkpoint(OpenError::Note(NoteError::Unsigned));
        assert_eq!(error, unsigned);
        let file = file.replacen("index ", "extra YmVzaWRl\nindex ", 1);
        let read = TlogProof::parse(file.as_bytes()).unwrap();
        assert_eq!((read.extra(), read.to_string()), (&b"beside"[..], file));
    }
}

#[test]
fn every_bit_of_a_proof_counts() {
    let keys = [signing_key(ORIGIN, 1).verifier().clone()];
    for (size, index) in [(1, 0), (5, 4), (9, 3)] {
        let (edge, tiles, _) = grow(size);
        let hashes = inclusion(index, size, &tiles).unwrap();
        let file = TlogProof::new(index, hashes, &signed(edge.head())).to_string();
        for changed in flips(file.as_bytes()) {
            let verified =
                TlogProof::parse(&changed).is_ok_and(|it| it.verify(leaf(index), &keys).is_ok());
            assert!(!verified, "{:?}", String::from_utf8_lossy(&changed));
        }
        for end in 0..file.len() {
            let cut = TlogProof::parse(&file.as_bytes()[..end]);
            assert!(cut.is_err_or_unproved(leaf(index), &keys));
        }
    }
}

trait Cut {
    fn is_err_or_unproved(&self, leaf: LeafHash, keys: &[VerifierKey]) -> bool;
}

impl Cut for Result<TlogProof, TlogProofError> {
    fn is_err_or_unproved(&self, leaf: LeafHash, keys: &[VerifierKey]) -> bool {
        self.as_ref().map_or(true, |proof| proof.verify(leaf, keys).is_err())
    }
}

#[test]
fn what_is_no_proof_says_where() {
    let note = signed(TreeHead::EMPTY).note().to_owned();
    let hash = TreeHead::EMPTY.root.to_string();
    let first = "c2sp.org/tlog-proof@v1";
    for (file, line) in [
        (String::new(), 1),
        (format!("{first}\r\nindex 0\n\n{note}"), 1),
        ("c2sp.org/tlog-proof@v2\nindex 0\n\n".to_owned(), 1),
        (format!("{first}\n\n{note}"), 2),
        (format!("{first}\nindex 00\n\n{note}"), 2),
        (format!("{first}\nindex  0\n\n{note}"), 2),
        (format!("{first}\nindex 18446744073709551616\n\n{note}"), 2),
        (format!("{first}\nextra \nindex 0\n\n{note}"), 2),
        (format!("{first}\nextra !\nindex 0\n\n{note}"), 2),
        (format!("{first}\nextra YQ==\nextra YQ==\nindex 0\n\n{note}"), 3),
        (format!("{first}\nindex 0\nextra YQ==\n\n{note}"), 3),
        (format!("{first}\nindex 0\n{hash}\nAAAA\n\n{note}"), 4),
        (format!("{first}\nindex 0\n{}\n{note}", format!("{hash}\n").repeat(66)), 68),
        (format!("{first}\nindex 0\n{note}"), 3),
        (format!("{first}\nindex 0"), 2),
    ] {
        let expected = TlogProofError::Line { line };
        assert_eq!(TlogProof::parse(file.as_bytes()), Err(expected), "{file}");
    }
    let unsigned = format!("{first}\nindex 0\n\nnothing signed\n");
    let expected = TlogProofError::Note(NoteError::NoSignatures);
    assert_eq!(TlogProof::parse(unsigned.as_bytes()), Err(expected));
    assert_eq!(TlogProof::parse(b"c2sp\xff"), Err(TlogProofError::Utf8 { at: 4 }));
    let long = vec![b'a'; MAX_TLOG_PROOF_BYTES + 1];
    assert_eq!(TlogProof::parse(&long), Err(TlogProofError::TooLong(long.len())));
    let proof = TlogProof::new(0, Vec::new(), &signed(TreeHead::EMPTY));
    let with_extra = |bytes: usize| {
        let extra = STANDARD.encode(vec![7; bytes]);
        proof.to_string().replacen("index ", &format!("extra {extra}\nindex "), 1)
    };
    let most = TlogProof::parse(with_extra(MAX_EXTRA_BYTES).as_bytes()).unwrap();
    assert_eq!(most.extra().len(), MAX_EXTRA_BYTES);
    assert!(TlogProof::parse(with_extra(MAX_EXTRA_BYTES + 1).as_bytes()).is_err());
}
