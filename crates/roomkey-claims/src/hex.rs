//! Bytes as hexadecimal digits: lower case only, so that there is one text for the same bytes.

use std::fmt;

/// Bytes that are written as two lower-case digits each.
#[derive(Debug, Clone, Copy)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Reads exactly `N` bytes: lower-case digits, no sign, no space, nothing behind them.
pub fn read_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    read_hex_into(text, &mut bytes)?;
    Some(bytes)
}

/// Like [`read_hex`], into memory that the caller wipes; what is there after `None` means nothing.
pub fn read_hex_into(text: &str, bytes: &mut [u8]) -> Option<()> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? * 16 + digit(*low)?;
    }
    Some(())
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_that_is_written_reads_back() {
        let bytes = [0x00, 0x7f, 0xab, 0xff];
        let text = Hex(&bytes).to_string();
        assert_eq!(text, "007fabff");
        assert_eq!(read_hex(&text), Some(bytes));
        for other in ["007FABFF", "007fabf", "007fabff0", "+07fabff", " 07fabff", "0x7fabff", ""] {
            assert_eq!(read_hex::<4>(other), None, "{other:?}");
        }
    }
}
