use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::tree::key::{KeyError, KeyName};
use crate::tree::note::line::SignatureLine;
use crate::tree::note::{
    MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteError, SignError, Verified, open_note, sign_note,
};

const TEXT: &str = "example.org/log\n3\nrrbMvvJzS3FKsPunpeVkB4Lbn6mvWvTroVkVjzKebnc=\n";

/// A signature that reads and that nobody made.
fn stranger(name: &str) -> String {
    format!("\u{2014} {name} AAAAAAA=\n")
}

#[test]
fn a_signed_text_opens_for_its_key_only() {
    let key = signing_key("example.org/log", 1);
    for text in ["\n", "a\n", "\n\n", "a\n\nb\n\n", TEXT, "\u{2014} a AAAAAAA=\n\n\u{e9}\u{7f}\n"] {
        let note = sign_note(text, &[&key]).unwrap();
        let open = open_note(note.as_bytes(), &[key.verifier().clone()]).unwrap();
        assert_eq!(open.text(), text);
        assert_eq!(open.verified(), [Verified::Signature { key: key.verifier().clone() }]);
        for other in [signing_key("example.org/log", 2), signing_key("example.org/other", 1)] {
            let error = open_note(note.as_bytes(), &[other.verifier().clone()]).unwrap_err();
            assert_eq!(error, NoteError::Unsigned);
        }
        assert_eq!(open_note(note.as_bytes(), &[]), Err(NoteError::Unsigned));
    }
}

#[test]
fn unknown_signatures_are_kept_aside() {
    let keys = [signing_key("one", 1), signing_key("two", 2)];
    let note = sign_note(TEXT, &[&keys[0], &keys[1]]).unwrap() + &stranger("three");
    let known: Vec<_> = keys.iter().map(|key| key.verifier().clone()).collect();
    let open = open_note(note.as_bytes(), &known).unwrap();
    assert_eq!((open.verified().len(), open.unknown().len()), (2, 1));
    let open = open_note(note.as_bytes(), &known[1..]).unwrap();
    assert_eq!((open.verified().len(), open.unknown().len()), (1, 2));
    assert_eq!(open.verified()[0].key(), &known[1]);
    // The name of a known key with another id is another key.
    let note = sign_note(TEXT, &[&keys[0]]).unwrap() + &stranger("one");
    assert_eq!(open_note(note.as_bytes(), &known).unwrap().unknown().len(), 1);
}

#[test]
fn a_wrong_signature_of_a_known_key_spoils_the_note() {
    let keys = [signing_key("one", 1), signing_key("two", 2)];
    let good = sign_note(TEXT, &[&keys[0]]).unwrap();
    let other = sign_note("other\n", &[&keys[1]]).unwrap();
    let note = good.clone() + other.rsplit_once("\n\n").unwrap().1;
    let known: Vec<_> = keys.iter().map(|key| key.verifier().clone()).collect();
    let bad = NoteError::BadSignature { name: "two".parse().unwrap(), id: known[1].id() };
    assert_eq!(open_note(note.as_bytes(), &known), Err(bad));
    assert!(open_note(note.as_bytes(), &known[..1]).is_ok());
    // A second signature of the same key counts once, and must be right.
    let line = good.rsplit_once("\n\n").unwrap().1;
    let twice = open_note(format!("{good}{line}").as_bytes(), &known).unwrap();
    assert_eq!(twice.verified().len(), 1);
    let mut wrong: SignatureLine = line.trim_end().parse().unwrap();
    wrong.bytes[5] ^= 1;
    assert!(open_note(format!("{good}{wrong}\n").as_bytes(), &known).is_err());
    wrong.bytes.pop();
    assert!(open_note(format!("{good}{wrong}\n").as_bytes(), &known).is_err());
}

#[test]
fn every_bit_counts() {
    let key = signing_key("example.org/log", 1);
    let note = sign_note(TEXT, &[&key]).unwrap();
    for changed in flips(note.as_bytes()) {
        assert!(open_note(&changed, &[key.verifier().clone()]).is_err());
    }
    for end in 0..note.len() {
        assert!(open_note(&note.as_bytes()[..end], &[key.verifier().clone()]).is_err());
    }
    let vkey = key.verifier().to_string();
    for changed in flips(vkey.as_bytes()) {
        let read =
            String::from_utf8(changed).ok().and_then(|text| text.parse::<VerifierKey>().ok());
        assert_eq!(read, None);
    }
}

#[test]
fn cosignatures_say_when() {
    let key = signing_key("example.org/log", 1);
    let (witness, line) = cosign("witness.example/w1", 7, 1_679_315_147, TEXT);
    let note = sign_note(TEXT, &[&key]).unwrap() + &line;
    let keys = [key.verifier().clone(), witness.clone()];
    let open = open_note(note.as_bytes(), &keys).unwrap();
    let expected = Verified::Cosignature { key: witness.clone(), seconds: 1_679_315_147 };
    assert_eq!(open.verified()[1], expected);
    assert_eq!(witness.to_string().parse(), Ok(witness.clone()));
    // The time is signed too.
    let mut line: SignatureLine = line.trim_end().parse().unwrap();
    for place in 0..line.bytes.len() {
        line.bytes[place] ^= 1;
        let note = sign_note(TEXT, &[&key]).unwrap() + &format!("{line}\n");
        assert!(matches!(open_note(note.as_bytes(), &keys), Err(NoteError::BadSignature { .. })));
        line.bytes[place] ^= 1;
    }
    // As far as a timestamp may go, and no further.
    for (seconds, is_good) in [(0, true), (i64::MAX as u64, true), (1 << 63, false)] {
        let (_, line) = cosign("witness.example/w1", 7, seconds, TEXT);
        let note = sign_note(TEXT, &[&key]).unwrap() + &line;
        assert_eq!(open_note(note.as_bytes(), &keys).is_ok(), is_good, "{seconds}");
    }
    // A cosignature is no signature of the text, although the key is the same.
    let plain = signing_key("witness.example/w1", 7);
    let note = sign_note(TEXT, &[&plain]).unwrap();
    assert_eq!(open_note(note.as_bytes(), &[witness]), Err(NoteError::Unsigned));
}

#[test]
fn what_is_no_note_says_why() {
    let line = "\u{2014} a AAAAAAA=\n";
    for (note, error) in [
        ("", NoteError::NoSignatures),
        ("text\n", NoteError::NoSignatures),
        ("text\n\n", NoteError::NoSignatures),
        ("text\n\n\n", NoteError::NoSignatures),
        ("text", NoteError::NoSignatures),
        ("text\n\nno line\n", NoteError::Line { line: 1 }),
        ("te\txt\n\n\u{2014} a AAAAAAA=\n", NoteError::Character { at: 2 }),
        ("text\r\n\r\n\u{2014} a AAAAAAA=\r\n", NoteError::Character { at: 4 }),
        ("text\n\n- a AAAAAAA=\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014}  AAAAAAA=\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a  AAAAAAA=\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a+b AAAAAAA=\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a\u{a0}b AAAAAAA=\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a AAAAAA==\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a AAAAAAA\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a AAAAAAB=\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a AAAAAAA= \n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a\n", NoteError::Line { line: 1 }),
        ("text\n\n\u{2014} a AAAAAAA=\nx\n", NoteError::Line { line: 2 }),
        ("text\n\n\u{2014} a AAAAAAA=", NoteError::NoSignatures),
        ("text\n\n\u{2014} a AAAAAAA=\n\n", NoteError::NoSignatures),
    ] {
        assert_eq!(Note::parse(note.as_bytes()), Err(error), "{note:?}");
    }
    assert_eq!(Note::parse(b"te\xffxt\n\n"), Err(NoteError::Character { at: 2 }));
    let most = format!("text\n\n{}", line.repeat(MAX_SIGNATURES));
    assert_eq!(Note::parse(most.as_bytes()).unwrap().signatures().len(), MAX_SIGNATURES);
    let many = format!("{most}{line}");
    assert_eq!(Note::parse(many.as_bytes()), Err(NoteError::TooManySignatures));
    let long = vec![b'\n'; MAX_NOTE_BYTES + 1];
    assert_eq!(Note::parse(&long), Err(NoteError::TooLong(MAX_NOTE_BYTES + 1)));
}

#[test]
fn only_texts_of_notes_are_signed() {
    let key = signing_key("example.org/log", 1);
    let long = "x".repeat(MAX_NOTE_BYTES) + "\n";
    for text in ["", "a", "a\tb\n", "a\r\n", "a\u{0}\n", &long] {
        assert_eq!(sign_note(text, &[&key]), Err(SignError::Text));
    }
    assert_eq!(sign_note("a\n", &[]), Err(SignError::Keys));
    assert_eq!(sign_note("a\n", &vec![&key; MAX_SIGNATURES + 1]), Err(SignError::Keys));
}

#[test]
fn a_key_that_is_given_twice_counts_once() {
    let key = signing_key("example.org/log", 1);
    let note = sign_note(TEXT, &[&key]).unwrap();
    let verifier = key.verifier().clone();
    assert!(open_note(note.as_bytes(), &[verifier.clone(), verifier]).is_ok());
}

#[test]
fn keys_read_only_as_they_are_written() {
    let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    for (from, to, error) in [
        ("+530d903a+", "+530D903A+", KeyError::Malformed),
        ("+530d903a+", "+30d903a+", KeyError::Malformed),
        ("+530d903a+", "+", KeyError::Malformed),
        ("U2k", "U2k=", KeyError::Malformed),
        ("U2k", "U2", KeyError::Malformed),
        ("+AekyeR", "+AukyeR", KeyError::Kind(2)),
        ("example.com/foo", "", KeyError::Name),
        ("example.com/foo", "example com", KeyError::Name),
        ("example.com/foo", "example\u{1}com", KeyError::Name),
    ] {
        let changed = vkey.replacen(from, to, 1);
        assert_eq!(changed.parse::<VerifierKey>(), Err(error), "{changed}");
    }
    let found = "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    assert!(matches!(found.parse::<VerifierKey>(), Err(KeyError::Id { .. })));
    assert_eq!("x".repeat(5000).parse::<VerifierKey>(), Err(KeyError::Malformed));
    assert_eq!(String::new().parse::<KeyName>(), Err(KeyError::Name));
}

#[test]
fn private_keys_read_only_as_they_are_written() {
    let name = || "example.org/log".parse::<KeyName>().unwrap();
    let skey = SigningKey::encode(name(), &[9; 32]).unwrap();
    let read = SigningKey::parse(&skey).unwrap();
    assert_eq!(read.verifier(), signing_key("example.org/log", 9).verifier());
    for changed in flips(skey.expose_secret().as_bytes()) {
        if let Ok(text) = String::from_utf8(changed) {
            assert!(SigningKey::parse(&SecretString::from(text)).is_err());
        }
    }
    for text in ["", "PRIVATE+KEY+", "PRIVATE+KEY+a+00000000+", "a+00000000+AQ=="] {
        assert!(SigningKey::parse(&SecretString::from(text)).is_err());
    }
}
