//! The credentials of a new backend: a numeric API key and a secret.

use roomkey_claims::{BackendRef, IdSource};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// The least API key: all have eight digits or more, so that none is taken for a port or a year.
const LEAST_KEY: u64 = 10_000_000;
/// The largest API key: the vendor's SDKs for Java, .NET and Go hold it in a signed integer of 32 bits.
const LARGEST_KEY: u64 = 0x7fff_ffff;
/// Bytes of a secret: 160 bits.
const SECRET_BYTES: usize = 20;

/// A new backend's numeric API key, from 10000000 to 2147483647.
///
/// It is random, so that it does not tell how many there are; whoever stores it makes sure that nobody has it yet.
pub fn new_backend_ref(ids: &dyn IdSource) -> BackendRef {
    let mut bytes = [0; 8];
    ids.fill(&mut bytes);
    // 64 bits over 31: no key is likelier than another by more than one in 2^32.
    let key = LEAST_KEY + u64::from_be_bytes(bytes) % (LARGEST_KEY - LEAST_KEY + 1);
    #[expect(clippy::expect_used, reason = "8 to 10 digits match the pattern")]
    BackendRef::try_from(key.to_string()).expect("digits")
}

/// A new backend's secret: 40 lowercase hexadecimal digits, 160 random bits, as the vendor's are.
///
/// The key of the signatures is these characters, never the bytes that they spell.
pub fn new_backend_secret(ids: &dyn IdSource) -> SecretString {
    let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES]);
    ids.fill(bytes.as_mut_slice());
    // The capacity is exact, so that no reallocation leaves a copy behind.
    let mut text = String::with_capacity(2 * SECRET_BYTES);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    text.extend(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)));
    SecretString::from(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use roomkey_claims::{SeededIds, SystemIds};
    use secrecy::ExposeSecret;

    use super::*;

    /// Randomness that is always the same byte.
    #[derive(Debug)]
    struct Constant(u8);

    impl IdSource for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn api_keys_are_in_range() {
        let ids = SeededIds::new(7);
        let mut seen = BTreeSet::new();
        for _ in 0..10_000 {
            let key: i32 = new_backend_ref(&ids).as_str().parse().unwrap();
            assert!(10_000_000 <= key, "{key}");
            seen.insert(key);
        }
        assert!(9_900 < seen.len());
        assert_eq!(new_backend_ref(&Constant(0)).as_str(), "10000000");
        // 2^64 - 1 modulo the 2 137 483 648 keys that there are, after the first: by `bc`.
        assert_eq!(new_backend_ref(&Constant(0xff)).as_str(), "2007531519");
    }

    #[test]
    fn secrets_are_forty_hexadecimal_digits() {
        let ids = SeededIds::new(7);
        for _ in 0..1_000 {
            let secret = new_backend_secret(&ids);
            let text = secret.expose_secret();
            assert_eq!(text.len(), 40);
            assert!(text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{text}");
        }
        assert_eq!(new_backend_secret(&Constant(0x0f)).expose_secret(), "0f".repeat(20));
        let (one, two) = (new_backend_secret(&SystemIds), new_backend_secret(&SystemIds));
        assert_ne!(one.expose_secret(), two.expose_secret());
    }
}
