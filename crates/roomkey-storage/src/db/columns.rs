//! From columns to the types of the domain and back.

use std::collections::BTreeSet;
use std::str::FromStr;

use roomkey_claims::{Source, Sources};
use uuid::Uuid;

use crate::db::error::StoreError;

/// Reads a text column that this software wrote.
pub(crate) fn text<T: FromStr>(column: &'static str, value: &str) -> Result<T, StoreError> {
    value.parse().map_err(|_| StoreError::Corrupt { column })
}

/// Reads a text column in which empty stands for nothing.
pub(crate) fn text_or_empty<T: FromStr>(
    column: &'static str,
    value: &str,
) -> Result<Option<T>, StoreError> {
    if value.is_empty() { Ok(None) } else { text(column, value).map(Some) }
}

/// Reads a nullable text column.
pub(crate) fn opt_text<T: FromStr>(
    column: &'static str,
    value: Option<&str>,
) -> Result<Option<T>, StoreError> {
    value.map(|value| text(column, value)).transpose()
}

/// Reads a UUID of 16 bytes.
pub(crate) fn uuid(column: &'static str, value: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(value).map_err(|_| StoreError::Corrupt { column })
}

/// Reads 32 bytes of a hash.
pub(crate) fn hash(column: &'static str, value: &[u8]) -> Result<[u8; 32], StoreError> {
    value.try_into().map_err(|_| StoreError::Corrupt { column })
}

/// Reads a number that fits a smaller type.
pub(crate) fn number<T: TryFrom<i64>>(column: &'static str, value: i64) -> Result<T, StoreError> {
    value.try_into().map_err(|_| StoreError::Corrupt { column })
}

/// An index as a column.
pub(crate) fn index(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Reads a limit on sources: names with commas between them.
pub(crate) fn sources(value: Option<&str>) -> Result<Sources, StoreError> {
    const CORRUPT: StoreError = StoreError::Corrupt { column: "members.sources" };
    let Some(value) = value else { return Ok(Sources::All) };
    let known = |name: &str| name.parse::<Source>().map_err(|_| CORRUPT);
    let set: BTreeSet<Source> = value.split(',').map(known).collect::<Result<_, _>>()?;
    Sources::try_from(Some(set)).map_err(|_| CORRUPT)
}

/// A limit on sources as a column.
pub(crate) fn sources_column(sources: &Sources) -> Option<String> {
    match sources {
        Sources::All => None,
        Sources::Only(set) => {
            Some(set.iter().map(|source| source.as_str()).collect::<Vec<_>>().join(","))
        }
    }
}
