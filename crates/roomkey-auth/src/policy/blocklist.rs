//! Passwords that everybody tries first.

use std::sync::LazyLock;

/// Common passwords of 8 and more characters, in lower case, one a line, sorted by bytes.
///
/// Put together from well-known words and names, the endings that people give them, keyboard walks and runs of digits,
/// years and dates. To change it: edit, sort by bytes (`LC_ALL=C sort -u`), run the tests.
static TEXT: &str = include_str!("../blocklist.txt");

/// The lines of [`TEXT`].
static LINES: LazyLock<Vec<&'static str>> = LazyLock::new(|| TEXT.lines().collect());

/// Whether a password in lower case is on the list, as it is or without the digits and signs around it.
///
/// `sunshine!2024` is `sunshine` to every program that guesses.
pub(super) fn contains(folded: &str) -> bool {
    let core = folded.trim_matches(|letter: char| !letter.is_alphabetic());
    is_listed(folded) || is_listed(core)
}

fn is_listed(text: &str) -> bool {
    LINES.binary_search(&text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_unique_and_in_lower_case() {
        assert!(LINES.len() > 3_000, "{}", LINES.len());
        assert!(LINES.windows(2).all(|pair| pair[0] < pair[1]));
        for line in LINES.iter() {
            assert!(line.chars().count() >= 8 && *line == line.to_lowercase(), "{line:?}");
        }
    }

    #[test]
    fn common_ones_are_found_short_and_long() {
        for common in [
            "password",
            "12345678",
            "iloveyou",
            "passw0rd",
            "letmein123",
            "passwordpassword",
            "123456789012345",
            "qwertyuiopasdfgh",
            "1qaz2wsx3edc4rfv",
            "whatismypassword",
        ] {
            assert!(is_listed(common), "{common}");
        }
        assert!(contains("princess#2031") && contains("!!football!!"));
        assert!(!contains("") && !contains("wxqk") && !contains("princess of the tides"));
    }
}
