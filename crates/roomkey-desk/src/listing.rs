//! Lists in pages: keyset paging by the last key of the page before.

/// Longest page of a list.
pub const MAX_PAGE: u16 = 1_000;
/// Length of a page where none is asked for.
pub const DEFAULT_PAGE: u16 = 100;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    /// What was found.
    pub data: Vec<T>,
    /// Whether there is more after the last of it.
    pub more: bool,
}

impl<T> Listing<T> {
    /// The page that comes of asking for one more than `limit`.
    pub(crate) fn cut(mut found: Vec<T>, limit: u16) -> Self {
        let more = usize::from(limit) < found.len();
        found.truncate(usize::from(limit));
        Self { data: found, more }
    }
}

/// How many to ask for, to see whether there are more than `limit`.
pub(crate) const fn one_more(limit: u16) -> u16 {
    limit.saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_more_where_one_more_was_found() {
        assert_eq!(Listing::cut(vec![1, 2, 3], 2), Listing { data: vec![1, 2], more: true });
        assert_eq!(Listing::cut(vec![1, 2], 2), Listing { data: vec![1, 2], more: false });
    }
}
