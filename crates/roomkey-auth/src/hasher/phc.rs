//! Hashes as PHC strings: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.

use argon2::Params;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use roomkey_claims::{IdSource, PasswordHash};

use crate::HashSettings;
use crate::hash_settings::{HASH_BYTES, SALT_BYTES, within_bounds};

/// A stored hash, taken apart.
pub(super) struct Parts {
    /// The parameters that it was made with.
    pub(super) params: Params,
    phc: argon2::PasswordHash,
}

impl Parts {
    /// Takes a stored hash apart; `None` where argon2 or the desk's memory cannot compute it.
    pub(super) fn read(stored: &PasswordHash) -> Option<Self> {
        let phc = argon2::PasswordHash::new(stored.as_str()).ok()?;
        let params = Params::try_from(&phc).ok()?;
        let complete = phc.salt.is_some() && phc.hash.is_some();
        (complete && within_bounds(&params)).then_some(Self { params, phc })
    }

    /// The salt.
    pub(super) fn salt(&self) -> &[u8] {
        self.phc.salt.as_ref().map_or(&[], AsRef::as_ref)
    }

    /// The hash itself.
    pub(super) fn hash(&self) -> &[u8] {
        self.phc.hash.as_ref().map_or(&[], |hash| hash.as_bytes())
    }

    /// Whether a hash that is made today would look the same.
    pub(super) fn is_current(&self, settings: HashSettings) -> bool {
        settings.matches(&self.params) && self.salt().len() == SALT_BYTES
    }
}

/// The string of a hash.
pub(super) fn write(
    settings: HashSettings,
    salt: &[u8; SALT_BYTES],
    hash: &[u8; HASH_BYTES],
) -> PasswordHash {
    let (memory, passes, lanes) = (settings.memory_kib(), settings.iterations(), settings.lanes());
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    let text = format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}");
    #[expect(clippy::expect_used, reason = "the text above is the syntax that it parses")]
    PasswordHash::try_from(text).expect("a PHC string of argon2id")
}

/// A hash that no password has, for users that do not exist.
///
/// Salt and hash are random: to compare with it costs what comparing with a real one costs, and it need not be computed.
pub(super) fn nobody(settings: HashSettings, ids: &dyn IdSource) -> PasswordHash {
    let (mut salt, mut hash) = ([0; SALT_BYTES], [0; HASH_BYTES]);
    ids.fill(&mut salt);
    ids.fill(&mut hash);
    write(settings, &salt, &hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let settings = HashSettings::OWASP;
        let parts = Parts::read(&write(settings, &[7; 16], &[9; 32])).unwrap();
        assert_eq!((parts.salt(), parts.hash()), ([7; 16].as_slice(), [9; 32].as_slice()));
        assert!(parts.is_current(settings));
        assert!(!parts.is_current(HashSettings::new(12_288, 3, 1).unwrap()));
    }

    #[test]
    fn what_cannot_be_computed_is_not_read() {
        for bad in [
            "$argon2id$v=19$m=19456,t=2,p=1$!!$!!",
            "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=4000,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=2,p=1,x=y$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            let stored = PasswordHash::try_from(bad.to_owned()).unwrap();
            assert!(Parts::read(&stored).is_none(), "{bad}");
        }
    }
}
