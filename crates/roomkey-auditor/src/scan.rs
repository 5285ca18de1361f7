//! Looking for a text in an entry without parsing it.

/// Where `key`, which is not empty, first stands in `bytes`.
///
/// Only the places of its first byte are compared, which in entries are few: begin it with a comma or a quote.
pub(crate) fn find(bytes: &[u8], key: &[u8]) -> Option<usize> {
    let (first, rest) = key.split_first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| byte == first)?;
        if bytes.get(at + 1..)?.starts_with(rest) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_first_place() {
        for (text, key, at) in [
            ("abc", "a", Some(0)),
            ("aab", "ab", Some(1)),
            ("abab", "ab", Some(0)),
            ("xxab", "ab", Some(2)),
            ("xxa", "ab", None),
            ("", "a", None),
            ("a", "", None),
        ] {
            assert_eq!(find(text.as_bytes(), key.as_bytes()), at, "{text} {key}");
        }
    }
}
