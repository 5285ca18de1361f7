//! The platform's session ids, which name the account that they belong to.
//!
//! ```text
//! <digit> "_" base64url("1~" account "~" location "~" created "~" random "~" flags "~")
//! ```
//!
//! They are addresses: not secret and not signed, so anybody can write one down for any account. The check keeps an
//! account's keys to its own sessions; it proves nothing about who made them.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Longest id, in bytes (the platform's documentation of session ids).
const LONGEST: usize = 255;

/// Base64url without padding, read like the vendor's SDKs do, which look at no unused bits.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The pattern of the vendor's ids, of sessions, connections and archives.
pub const TOKBOX_ID_PATTERN: &str = "^[A-Za-z0-9_-]{1,255}$";

/// Whether a text is an id that may stand in a path: [`TOKBOX_ID_PATTERN`].
///
/// The vendor's SDKs put ids into paths as they are, where one with a `/` leads elsewhere.
pub fn is_tokbox_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(plain)
}

/// The account that a session id names; `None` where it is no session id.
pub(crate) fn account(session: &str) -> Option<String> {
    if !is_tokbox_id(session) {
        return None;
    }
    let (version, body) = session.split_once('_')?;
    if version.len() != 1 || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fields = String::from_utf8(BASE64.decode(body).ok()?).ok()?;
    let mut fields = fields.split('~');
    let account = fields.nth(1).filter(|account| !account.is_empty())?;
    // Location, time and randomness follow in every id; without them it was cut.
    fields.nth(2).map(|_| account.to_owned())
}

/// Whether a session id names exactly this account, in the field for it.
///
/// Several of the vendor's SDKs look for the account in any field, or for a part of it: then the key 123 fits a session
/// of the account 91234.
pub(crate) fn belongs(session: &str, to: &str) -> bool {
    account(session).is_some_and(|account| account == to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_ids_name_their_account() {
        for (id, owner) in [
            (
                "1_MX40NzY2NTk3MX5-MTczOTUzODg5NDk1OX5ROW1jWEcxUXJOM1RJWXU4eStwcHgvZ3N-UH5-",
                "47665971",
            ),
            (
                "1_MX4yNzA4NjYxMn5-MTU0NzA4MDUyMTEzNn5sOXU5ZnlWYXplRnZGblV4RUo3dXJpZk1-fg",
                "27086612",
            ),
            ("2_MX44NTQ1MTF-fjE0NzI0MzU2MDUyMjN-eVgwNFJhZmR6MjdockFHanpxNzBXaEFXfn4", "854511"),
            ("1_MX4xMjM0NTZ-fjE3MDAwMDAwMDAwMDB-YWJjREVGMDEyMzQ1Njc4OWFiY0RFRjAxfn4", "123456"),
            (
                "1_MX4yOWY3NjBmOC03Y2UxLTQ2YzktYWRlMy1mMmRlZGVlNGVkNWZ-fjE3MjY0NjI1ODg2NDd-MTF4TGExYmJoelBlR1FHbVhzbWd4STBrfn5-",
                "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f",
            ),
        ] {
            assert_eq!(account(id).as_deref(), Some(owner), "{id}");
            assert!(belongs(id, owner));
        }
    }

    fn id(fields: &str) -> String {
        format!("1_{}", BASE64.encode(fields).trim_end_matches('='))
    }

    #[test]
    fn the_account_must_stand_in_its_field_and_be_the_whole_of_it() {
        assert!(belongs(&id("1~123~~1700000000000~x~~"), "123"));
        for fields in [
            "1~91234~~1~x~~",
            "1~1234~~1~x~~",
            "1~999~~123~x~",
            "1~~123~1~x~~",
            "123",
            "1~123",
            "1~123~~17",
        ] {
            assert!(!belongs(&id(fields), "123"), "{fields}");
        }
        assert!(!belongs(&id("1~~~1~x~~"), ""), "an empty field is no account");
    }

    #[test]
    fn anything_else_is_no_session_id() {
        let good = id("1~123~~1700000000000~x~~");
        for bad in [
            "",
            "1_",
            "stage-1",
            "_MX4x",
            &format!("{good}/../x"),
            &format!("{good}="),
            &good.replacen("1_", "11_", 1),
            &good.replacen("1_", "1-", 1),
            &good.replacen("1_", "/_", 1),
            &format!("1_{}", "A".repeat(255)),
            &format!("1_{}", BASE64.encode([0xff; 6])),
        ] {
            assert_eq!(account(bad), None, "{bad:?}");
        }
    }
}
