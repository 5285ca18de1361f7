//! Unpacking of tokens, from the text down to the services; nothing here is verified.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde_json::{Map, Value};

use super::services::{self, Form, Known, PERMISSIONS, RESOURCES};

/// What every token of the format begins with.
pub(super) const VERSION: &str = "007";

/// The most that a token may inflate to, in bytes: over ten times the largest of the vendor's own.
///
/// The vendor's parser knows no limit, so that a short text costs it all its memory.
const MAX_CONTENT_BYTES: usize = 8 * 1024;

/// A token's signature and the bytes that it is over.
pub(super) struct Envelope {
    /// The signature.
    pub(super) signature: Vec<u8>,
    /// The signed bytes, all of them, whether they can be read or not.
    pub(super) signed: Vec<u8>,
}

impl Envelope {
    /// Takes a token apart; `None` where it is none of this format.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let compressed = BASE64.decode(token.strip_prefix(VERSION)?).ok()?;
        let content = decompress_to_vec_zlib_with_limit(&compressed, MAX_CONTENT_BYTES).ok()?;
        let mut reader = Reader(&content);
        let signature = reader.bytes()?.to_vec();
        Some(Self { signature, signed: reader.0.to_vec() })
    }
}

/// What stands before the services.
pub(super) struct Head {
    /// The app.
    pub(super) app_id: String,
    /// When it was issued, in seconds since the Unix epoch.
    pub(super) issue_ts: u32,
    /// How long it lives, in seconds.
    pub(super) token_expire: u32,
    /// What tells it from another one of the same second.
    pub(super) salt: u32,
}

/// The signed bytes, read.
pub(super) struct Content {
    /// What stands before the services.
    pub(super) head: Head,
    /// The services, up to the first unknown one.
    pub(super) services: Vec<Service>,
    /// The number of a service that is not known: its length is not either, so that reading ends there.
    pub(super) unknown: Option<u16>,
    /// How many bytes were not read.
    pub(super) unread: usize,
}

/// A service, read.
pub(super) struct Service {
    /// Which one.
    pub(super) known: &'static Known,
    /// Its privileges and their lives, in seconds from the time of issue.
    pub(super) privileges: BTreeMap<u16, u32>,
    /// What it says else.
    pub(super) payload: Map<String, Value>,
}

impl Service {
    /// What it says under this name, where it says anything.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.payload.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }
}

impl Head {
    /// Reads what stands before the services.
    pub(super) fn parse(signed: &[u8]) -> Option<Self> {
        Reader(signed).head()
    }
}

impl Content {
    /// Reads the signed bytes; `None` where they end too early or hold a text that is none.
    pub(super) fn parse(signed: &[u8]) -> Option<Self> {
        let mut reader = Reader(signed);
        let head = reader.head()?;
        let (mut services, mut unknown) = (Vec::new(), None);
        for _ in 0..reader.u16()? {
            let number = reader.u16()?;
            let Some(known) = services::find(number) else {
                unknown = Some(number);
                break;
            };
            services.push(reader.service(known)?);
        }
        Some(Self { head, services, unknown, unread: reader.0.len() })
    }
}

/// The bytes that are still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(self.u16()?);
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn text(&mut self) -> Option<String> {
        self.bytes().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
    }

    fn head(&mut self) -> Option<Head> {
        Some(Head {
            app_id: self.text()?,
            issue_ts: self.u32()?,
            token_expire: self.u32()?,
            salt: self.u32()?,
        })
    }

    fn service(&mut self, known: &'static Known) -> Option<Service> {
        let mut privileges = BTreeMap::new();
        for _ in 0..self.u16()? {
            privileges.insert(self.u16()?, self.u32()?);
        }
        let mut payload = Map::new();
        for (name, form) in known.payload {
            let value = match form {
                Form::Text => Value::from(self.text()?),
                Form::Number => Value::from(self.take().map(i16::from_le_bytes)?),
                Form::Resources => self.resources()?,
            };
            payload.insert((*name).to_owned(), value);
        }
        Some(Service { known, privileges, payload })
    }

    /// RTM2's lists of names.
    fn resources(&mut self) -> Option<Value> {
        let mut resources = Map::new();
        for _ in 0..self.u16()? {
            let resource = name_of(RESOURCES, self.u16()?);
            let mut permissions = Map::new();
            for _ in 0..self.u16()? {
                let permission = name_of(PERMISSIONS, self.u16()?);
                let mut names = Vec::new();
                for _ in 0..self.u16()? {
                    names.push(self.text()?);
                }
                permissions.insert(permission, Value::from(names));
            }
            resources.insert(resource, Value::Object(permissions));
        }
        Some(Value::Object(resources))
    }
}

/// The name with this place in the list, or else the number.
pub(super) fn name_of(names: &[&str], place: u16) -> String {
    names.get(usize::from(place)).map_or_else(|| place.to_string(), |name| (*name).to_owned())
}
