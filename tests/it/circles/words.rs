//! The words of a Rust source that matter for imports: names, `::` and signs, without comments, texts and tests.
#![expect(clippy::string_slice, reason = "every index is one of a letter of the same text")]

use std::iter::Peekable;
use std::str::CharIndices;

type Letters<'a> = Peekable<CharIndices<'a>>;

/// The words of a source.
pub(super) fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let rest = &text[at..];
        match letter {
            '/' if rest.starts_with("//") => {
                while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
            }
            '/' if rest.starts_with("/*") => comment(&mut letters),
            '"' => quoted(&mut letters),
            '\'' => tick(text, &mut letters),
            'r' | 'b' | 'c' if text_follows(rest) => raw_or_bytes(rest, &mut letters),
            letter if is_name(letter) => {
                while letters.next_if(|(_, letter)| is_name(*letter)).is_some() {}
                let end = letters.peek().map_or(text.len(), |(at, _)| *at);
                words.push(&text[at..end]);
            }
            ':' if rest.starts_with("::") => {
                letters.next();
                words.push("::");
            }
            letter if letter.is_whitespace() => {}
            letter => words.push(&text[at..at + letter.len_utf8()]),
        }
    }
    words
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether a text or a byte string begins here: `r"`, `r#"`, `b"`, `b'`, `br"`, `c"` and so on.
fn text_follows(rest: &str) -> bool {
    let after = rest.trim_start_matches(['r', 'b', 'c']);
    rest.len() - after.len() <= 2 && after.trim_start_matches('#').starts_with(['"', '\''])
}

fn comment(letters: &mut Letters<'_>) {
    let (mut depth, mut last) = (1_u32, '*');
    letters.next();
    for (_, letter) in letters.by_ref() {
        match (last, letter) {
            ('/', '*') => (depth, last) = (depth + 1, ' '),
            ('*', '/') if depth == 1 => return,
            ('*', '/') => (depth, last) = (depth - 1, ' '),
            _ => last = letter,
        }
    }
}

fn quoted(letters: &mut Letters<'_>) {
    while let Some((_, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' => return,
            _ => {}
        }
    }
}

/// A letter such as `'a'` or a lifetime such as `'a`.
fn tick(text: &str, letters: &mut Letters<'_>) {
    match letters.next() {
        Some((_, '\\')) => {
            letters.next();
            while letters.next_if(|(_, letter)| *letter != '\'').is_some() {}
            letters.next();
        }
        Some((at, letter)) => {
            if text[at + letter.len_utf8()..].starts_with('\'') {
                letters.next();
            } else {
                while letters.next_if(|(_, letter)| is_name(*letter)).is_some() {}
            }
        }
        None => {}
    }
}

fn raw_or_bytes(rest: &str, letters: &mut Letters<'_>) {
    let quote = rest.find(['"', '\'']).unwrap_or(0);
    let head = &rest[..quote];
    for _ in 1..=quote {
        letters.next();
    }
    if rest[quote..].starts_with('\'') {
        while let Some((_, letter)) = letters.next() {
            match letter {
                '\\' => drop(letters.next()),
                '\'' => return,
                _ => {}
            }
        }
    }
    if !head.contains('r') {
        return quoted(letters);
    }
    let hashes = head.matches('#').count();
    let end = format!("\"{}", "#".repeat(hashes));
    let body = &rest[quote + 1..];
    let length = body.find(&end).map_or(body.len(), |at| at + end.len());
    let letters_of_it = body[..length].chars().count();
    letters.by_ref().take(letters_of_it).for_each(drop);
}

/// The words without items that are compiled for tests only, and the names of the files that those declare.
pub(super) fn without_tests<'a>(words: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut files) = (Vec::with_capacity(words.len()), Vec::new());
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        let Some(mut item) = rest.strip_prefix(&TEST) else {
            kept.push(*word);
            rest = after;
            continue;
        };
        while item.starts_with(&["#"]) {
            item = &item[balanced(item, "]")..];
        }
        if let [.., "mod", name, ";"] = &item[..balanced(item, ";").min(5)] {
            files.push(*name);
        }
        let is_import = item.iter().take(5).any(|word| *word == "use");
        rest = &item[if is_import { balanced(item, ";") } else { item_end(item) }..];
    }
    (kept, files)
}

/// How many words there are to the end of the item: a `;` or a closed `{…}` outside of all brackets.
fn item_end(words: &[&str]) -> usize {
    let mut depth = 0_u32;
    for (at, word) in words.iter().enumerate() {
        match *word {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(*word, ";" | "}") {
            return at + 1;
        }
    }
    words.len()
}

/// How many words there are to the first such word outside of brackets that open after the start.
fn balanced(words: &[&str], end: &str) -> usize {
    let mut depth = 0_u32;
    for (at, word) in words.iter().enumerate() {
        match *word {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && *word == end {
            return at + 1;
        }
    }
    words.len()
}
