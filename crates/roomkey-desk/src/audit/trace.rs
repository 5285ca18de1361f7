//! From a leaked token to its entry.

use roomkey_providers::Inspection;
use roomkey_storage::TokenHint;

use crate::audit::listed::{Listed, with_names};
use crate::audit::query::record_reading;
use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::tokens::Tokens;

/// What is known of a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// What the token says of itself, and whether a key of the settings signed it.
    pub inspection: Inspection,
    /// The entries that record it, oldest first; none where the desk never issued it.
    pub entries: Vec<Listed>,
}

/// Finds the entries of a token by the fingerprint of its signed content; that it was looked for is recorded.
pub async fn trace(
    ground: &Ground,
    tokens: &Tokens,
    reads: &Reads,
    token: &str,
) -> Result<Trace, DeskError> {
    let inspection = tokens.inspect(token)?;
    let fingerprint = inspection.fingerprint;
    // Every token of the desk says one or the other; one that says neither is none of its tokens.
    let hint = match (inspection.issuance_id, inspection.issued_at) {
        (Some(issuance), _) => Some(TokenHint::Issuance(issuance)),
        (None, Some(at)) => Some(TokenHint::IssuedAt(at)),
        (None, None) => None,
    };
    let condition = ("fingerprint".to_owned(), fingerprint.to_string());
    record_reading(ground, reads, "trace", [condition].into()).await?;
    let entries = ground.read(move |reader| {
        let Some(hint) = hint else { return Ok(Vec::new()) };
        let stored = reader.entries_of_token(fingerprint, hint)?;
        with_names(reader, &stored)
    });
    Ok(Trace { entries: entries.await?, inspection })
}
