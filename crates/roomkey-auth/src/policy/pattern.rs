//! Passwords that a rule describes better than a list.

use roomkey_claims::Username;
use zeroize::Zeroizing;

/// Longest part whose repetition counts as no more than the part.
const LONGEST_PERIOD: usize = 10;
/// Shortest run along a walk that counts as one.
const SHORTEST_RUN: usize = 4;
/// Characters that may hang on after the runs.
const LONGEST_REST: usize = 3;

/// Orders that fingers and heads follow, forward and back: digits, the alphabet, rows and columns of common keyboards.
const WALKS: [&str; 13] = [
    "012345678901234567890",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "!@#$%^&*()_+",
    "a1b2c3d4e5f6g7h8i9j0",
];

/// Words that are guessed here before all others (OWASP ASVS 5.0 section 6.1.2): product, providers, roles, and what
/// people write for want of a password.
const CONTEXT_WORDS: [&str; 26] = [
    "roomkey",
    "room",
    "livekit",
    "opentok",
    "vonage",
    "agora",
    "webrtc",
    "administrator",
    "admin",
    "auditor",
    "moderator",
    "publisher",
    "subscriber",
    "backend",
    "user",
    "root",
    "password",
    "passwort",
    "passwd",
    "secret",
    "login",
    "welcome",
    "changeme",
    "letmein",
    "qwerty",
    "test",
];

/// Whether it is one character, or a sequence of at most 10, again and again.
pub(super) fn is_repetition(letters: &[char]) -> bool {
    (1..=LONGEST_PERIOD.min(letters.len() / 2))
        .any(|period| letters.iter().zip(letters.iter().skip(period)).all(|(one, two)| one == two))
}

/// Whether it is nothing but runs along [`WALKS`].
pub(super) fn is_sequence(letters: &[char]) -> bool {
    let mut rest = letters;
    loop {
        let run = longest_run(rest);
        if run < SHORTEST_RUN {
            return rest.len() <= LONGEST_REST && rest.len() < letters.len();
        }
        rest = rest.get(run..).unwrap_or_default();
    }
}

/// How many of the first characters follow one walk, forward or back.
fn longest_run(letters: &[char]) -> usize {
    let follows = |walk: &mut dyn Iterator<Item = char>| {
        walk.zip(letters).take_while(|(one, two)| one == *two).count()
    };
    WALKS
        .iter()
        .flat_map(|walk| {
            (0..walk.len()).flat_map(move |start| {
                [
                    follows(&mut walk.chars().skip(start)),
                    follows(&mut walk.chars().rev().skip(start)),
                ]
            })
        })
        .max()
        .unwrap_or(0)
}

/// Whether it has no letter outside words that anybody would guess here: [`CONTEXT_WORDS`] and the parts of the username.
///
/// Words may be spelled with digits and signs for letters; what stands between them must be neither letter.
pub(super) fn is_context(letters: &[char], username: &Username) -> bool {
    let name = username.as_str();
    let parts = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = CONTEXT_WORDS.into_iter().chain([name]).chain(parts).filter(|word| 3 <= word.len());
    let mut covered = Zeroizing::new(vec![false; letters.len()]);
    for word in words {
        for start in 0..letters.len() {
            let end = start + word.len();
            let Some(here) = letters.get(start..end) else { break };
            if here.iter().zip(word.chars()).all(|(letter, wanted)| reads_as(*letter, wanted))
                && let Some(marks) = covered.get_mut(start..end)
            {
                marks.fill(true);
            }
        }
    }
    covered.contains(&true)
        && letters
            .iter()
            .zip(covered.iter())
            .all(|(letter, in_word)| *in_word || !letter.is_alphabetic())
}

/// Whether a character is a letter, or stands for it as people replace letters in passwords.
fn reads_as(letter: char, wanted: char) -> bool {
    letter == wanted
        || matches!(
            (letter, wanted),
            ('@' | '4', 'a')
                | ('8', 'b')
                | ('3' | '€', 'e')
                | ('1' | '!', 'i' | 'l')
                | ('0', 'o')
                | ('$' | '5', 's')
                | ('7' | '+', 't')
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn repetitions_end_anywhere_and_long_parts_are_no_repetition() {
        for bad in ["zzzzzzzz", "abababab", "sunshinesunshines", "0123456789012345678901"] {
            assert!(is_repetition(&letters(bad)), "{bad}");
        }
        for good in ["abcdefgh", "aaaaaaab", "wooden bridge wooden bridge"] {
            assert!(!is_repetition(&letters(good)), "{good}");
        }
    }

    #[test]
    fn sequences_are_walks_and_nothing_else() {
        for bad in
            ["34567890123", "mnbvcxzlkjhg", "1qaz2wsx3edc!", "qwerty4567zyxw", "poiuytrewq12"]
        {
            assert!(is_sequence(&letters(bad)), "{bad}");
        }
        for good in ["", "abc", "qwerty and the bear", "38472918", "asdf house"] {
            assert!(!is_sequence(&letters(good)), "{good}");
        }
    }

    #[test]
    fn context_is_words_of_this_place_and_decoration() {
        let name = "grace@navy.example".parse().unwrap();
        for bad in ["grace-navy-1906", "r00mk3y 2024 !!", "admin/grace/room", "$ecret!login#99"] {
            assert!(is_context(&letters(bad), &name), "{bad}");
        }
        for good in ["93847562", "grace hopper", "roomkeys", "testing the waters"] {
            assert!(!is_context(&letters(good), &name), "{good}");
        }
    }
}
