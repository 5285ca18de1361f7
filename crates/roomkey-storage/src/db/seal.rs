//! Secrets that must be recoverable, sealed under a key that does not stand in the database.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use roomkey_claims::{IdSource, Timestamp, read_hex_into};
use zeroize::Zeroizing;

/// Where a sealed value stands; a value that is moved elsewhere does not open.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's key.
    pub row: &'a str,
}

impl Place<'_> {
    fn aad(self) -> Aad<Vec<u8>> {
        Aad::from(
            format!("roomkey-sealed-v1\0{}\0{}\0{}", self.table, self.column, self.row)
                .into_bytes(),
        )
    }
}

/// The key-encryption key, or a key that is itself sealed under it.
pub struct Seal {
    aead: RandomizedNonceKey,
    derive: hkdf::Prk,
}

/// Why a key-encryption key is not usable, or a sealed value does not open.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The file cannot be read or made.
    #[error("the key-encryption key {path:?} cannot be read or made: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Others can read the file.
    #[error("the key-encryption key {0:?} can be read by others: chmod 600 it")]
    Open(PathBuf),
    /// It is no key.
    #[error("the key-encryption key {0:?} must be 64 hexadecimal digits")]
    Malformed(PathBuf),
    /// The sealed value was made under another key, for another place, or altered.
    #[error(
        "the key-encryption key does not fit this database: use the file that was made with it"
    )]
    Wrong,
}

impl Seal {
    /// The key with these bytes.
    pub fn new(key: &[u8; 32]) -> Result<Self, SealError> {
        let aead = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| SealError::Wrong)?;
        let derive = hkdf::Salt::new(hkdf::HKDF_SHA256, b"roomkey-derived-v1").extract(key);
        Ok(Self { aead, derive })
    }

    /// Reads the key from a file that only its owner may read.
    pub fn read(path: &Path) -> Result<Self, SealError> {
        let file = |error| SealError::File { path: path.to_owned(), error };
        if fs::metadata(path).map_err(file)?.permissions().mode() & 0o077 != 0 {
            return Err(SealError::Open(path.to_owned()));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(file)?);
        let mut key = Zeroizing::new([0_u8; 32]);
        read_hex_into(text.trim_end(), key.as_mut())
            .ok_or_else(|| SealError::Malformed(path.to_owned()))?;
        Self::new(&key)
    }

    /// Reads the key from `path`, or makes a new one there that only its owner may read.
    pub fn read_or_make(path: &Path, ids: &dyn IdSource) -> Result<Self, SealError> {
        let file = |error| SealError::File { path: path.to_owned(), error };
        if path.exists() {
            return Self::read(path);
        }
        let mut key = Zeroizing::new([0_u8; 32]);
        ids.fill(key.as_mut());
        let mut text = Zeroizing::new(String::with_capacity(65));
        for byte in key.iter() {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        text.push('\n');
        // Written whole beside its place, then linked there: no other process reads half a key, and no crash leaves one.
        let beside = path.with_extension(format!("{}.new", std::process::id()));
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
        let linked = written
            .and_then(|mut made| made.write_all(text.as_bytes()).and_then(|()| made.sync_all()))
            .and_then(|()| fs::hard_link(&beside, path));
        drop(fs::remove_file(&beside));
        match linked {
            Ok(()) => Self::new(&key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::read(path),
            Err(error) => Err(file(error)),
        }
    }

    /// Seals `plain` for `place`: nonce, ciphertext, tag (AES-256-GCM, a random nonce each time).
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut text = plain.to_vec();
        let nonce = self
            .aead
            .seal_in_place_append_tag(place.aad(), &mut text)
            .map_err(|_| SealError::Wrong)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Wrong)?;
        let mut text = Zeroizing::new(text.to_vec());
        let nonce = Nonce::from(nonce);
        let length = self
            .aead
            .open_in_place(nonce, place.aad(), &mut text)
            .map_err(|_| SealError::Wrong)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    /// A keyed hash of an address, the same for the same address in one calendar month (UTC).
    ///
    /// There are so few addresses that a plain hash could be inverted by trying them all: HMAC-SHA256, under a key of the
    /// month that is derived from this one (HKDF, RFC 5869).
    pub fn address_hash(&self, at: Timestamp, address: IpAddr) -> Result<[u8; 32], SealError> {
        let at = at.to_string();
        let month = at.get(..7).unwrap_or_default();
        let info = [b"roomkey-address-v1\0", month.as_bytes()];
        let key = self.derive.expand(&info, hmac::HMAC_SHA256).map_err(|_| SealError::Wrong)?;
        let key = hmac::Key::from(key);
        let tag = match address.to_canonical() {
            IpAddr::V4(address) => hmac::sign(&key, &address.octets()),
            IpAddr::V6(address) => hmac::sign(&key, &address.octets()),
        };
        tag.as_ref().try_into().map_err(|_| SealError::Wrong)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place { table: "backends", column: "secret", row: "1001" };

    #[test]
    fn a_sealed_value_opens_only_in_its_place_under_its_key() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let sealed = seal.seal(HERE, b"secret").unwrap();
        assert_eq!(seal.open(HERE, &sealed).unwrap().as_slice(), b"secret");
        assert!(seal.open(Place { row: "1002", ..HERE }, &sealed).is_err());
        assert!(Seal::new(&[8; 32]).unwrap().open(HERE, &sealed).is_err());
        assert!(seal.open(HERE, &sealed[..11]).is_err());
        assert_ne!(sealed, seal.seal(HERE, b"secret").unwrap());
    }

    #[test]
    fn equal_addresses_hash_alike_within_a_month_and_under_one_key() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let hash = |seal: &Seal, at: &str, address: &str| {
            seal.address_hash(Timestamp::parse(at).unwrap(), address.parse().unwrap()).unwrap()
        };
        let one = hash(&seal, "2027-01-01T00:00:00Z", "203.0.113.7");
        assert_eq!(one, hash(&seal, "2027-01-31T23:59:59Z", "::ffff:203.0.113.7"));
        assert_ne!(one, hash(&seal, "2027-02-01T00:00:00Z", "203.0.113.7"));
        assert_ne!(one, hash(&seal, "2027-01-01T00:00:00Z", "203.0.113.8"));
        let other = Seal::new(&[8; 32]).unwrap();
        assert_ne!(one, hash(&other, "2027-01-01T00:00:00Z", "203.0.113.7"));
    }
}
