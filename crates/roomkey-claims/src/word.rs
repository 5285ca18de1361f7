//! Words of a closed list, such as roles, reasons and scopes.

/// A text that is not a word of the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {}", known.join(", "))]
pub struct UnknownName {
    /// The words of the list.
    pub known: Vec<&'static str>,
}

/// The value whose word is `text`, by the list of all values and the word of each.
pub fn find_word<T: Copy>(
    all: &[T],
    word: impl Fn(T) -> &'static str,
    text: &str,
) -> Result<T, UnknownName> {
    let found = all.iter().copied().find(|value| word(*value) == text);
    found.ok_or_else(|| UnknownName { known: all.iter().copied().map(word).collect() })
}

#[cfg(test)]
mod tests {
    use crate::{Reason, Role};

    #[test]
    fn a_word_is_found_and_an_unknown_one_is_answered_with_the_list() {
        assert_eq!("publisher_only".parse(), Ok(Role::PublisherOnly));
        assert_eq!("not_a_member".parse(), Ok(Reason::NotAMember));
        assert_eq!(
            "Moderator".parse::<Role>().unwrap_err().to_string(),
            "must be one of subscriber, publisher, publisher_only, moderator"
        );
    }
}
