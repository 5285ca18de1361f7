//! Arguments that are one of the words of a table.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Takes the name of one of these values, so that help, completions, the check and the reference have the same list.
pub(crate) fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|value| name(*value))).try_map(move |word| {
        let found = all.iter().copied().find(|value| name(*value) == word);
        found.ok_or_else(|| format!("{word:?} is not in the list"))
    })
}

/// Takes the kind of a provider that this software knows.
pub(crate) fn provider_kind() -> impl TypedValueParser<Value = roomkey_claims::ProviderKind> {
    let kinds = roomkey_providers::ALL.iter().map(|one| one.kind);
    PossibleValuesParser::new(kinds).try_map(|word| word.parse())
}
