//! Packing of the bytes that are signed.

use std::collections::{BTreeMap, BTreeSet};

/// A text or a list whose length does not fit 16 bits.
///
/// Packers that cut the length instead (the vendor's own in Rust, Go and C++) let a long channel name write the fields
/// that follow it, under a good signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

/// What a token says.
#[derive(Debug)]
pub(super) struct SigningInfo<'a> {
    /// The app.
    pub(super) app_id: &'a str,
    /// When it was issued, in seconds since the Unix epoch.
    pub(super) issue_ts: u32,
    /// How long it lives, in seconds; every privilege lives as long.
    pub(super) token_expire: u32,
    /// What tells it from another one of the same second.
    pub(super) salt: u32,
    /// Its services by number, so that none occurs twice and all are sorted.
    pub(super) services: BTreeMap<u16, Service<'a>>,
}

/// A service of a token.
#[derive(Debug)]
pub(super) struct Service<'a> {
    /// The privileges that are given.
    pub(super) privileges: BTreeSet<u16>,
    /// The texts that follow them.
    pub(super) texts: Vec<&'a str>,
}

impl SigningInfo<'_> {
    /// The bytes that are signed.
    pub(super) fn pack(&self) -> Result<Vec<u8>, TooLong> {
        let Self { app_id, issue_ts, token_expire, salt, services } = self;
        let mut packed = Vec::with_capacity(128);
        text(&mut packed, app_id.as_bytes())?;
        for number in [issue_ts, token_expire, salt] {
            packed.extend(number.to_le_bytes());
        }
        length(&mut packed, services.len())?;
        for (number, service) in services {
            packed.extend(number.to_le_bytes());
            length(&mut packed, service.privileges.len())?;
            for privilege in &service.privileges {
                packed.extend(privilege.to_le_bytes());
                packed.extend(token_expire.to_le_bytes());
            }
            for part in &service.texts {
                text(&mut packed, part.as_bytes())?;
            }
        }
        Ok(packed)
    }
}

/// Appends bytes behind their length.
pub(super) fn text(packed: &mut Vec<u8>, bytes: &[u8]) -> Result<(), TooLong> {
    length(packed, bytes.len())?;
    packed.extend(bytes);
    Ok(())
}

fn length(packed: &mut Vec<u8>, length: usize) -> Result<(), TooLong> {
    packed.extend(u16::try_from(length).map_err(|_| TooLong)?.to_le_bytes());
    Ok(())
}
