//! Small strict readers that the text formats of C2SP share.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A number in decimal digits as it would be written: no sign, no leading zero.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let is_canonical =
        text == "0" || (text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0'));
    // An empty text and numbers over 64 bits fail here.
    if is_canonical { text.parse().ok() } else { None }
}

/// Base64 with padding (RFC 4648 section 4), as it would be written: stray bits at the end are refused.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Bytes as base64 with padding.
pub(super) fn write_base64(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&STANDARD.encode(bytes))
}

/// Whether a character may stand in a signed note: anything but control characters below U+0020, and the newline.
pub(super) const fn is_note_character(character: char) -> bool {
    character == '\n' || ' ' <= character
}
