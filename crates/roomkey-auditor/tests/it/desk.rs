//! A log with its key, and exports of it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::checkpoint::{Checkpoint, sign_checkpoint};
use roomkey_audit::tree::key::signing::SigningKey;
use roomkey_audit::tree::proof::TreeHead;
use roomkey_audit::{
    Actor, Entry, Event, Issued, MemberPlace, MemberSet, RoomSet, VERSION, leaf_hash,
};
use roomkey_claims::{
    Access, DeskRole, EntryId, Fingerprint, Hex, IssuanceId, ProviderRoom, Role, RoomId,
    RoomSettings, Sources, SubjectRef, Timestamp, fixtures,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const CONSOLE: Actor = Actor::Console { uid: 0 };

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder that goes with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("roomkey_auditor_it_{}_{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Changes a text in a file.
    #[track_caller]
    pub(crate) fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{from} is not in {text}");
        self.write(name, text.replacen(from, to, 1));
    }

    /// Lists the files as they are now: an attacker who knows the format.
    pub(crate) fn relist(&self) {
        let mut manifest: serde_json::Value =
            serde_json::from_str(&self.text("manifest.json")).unwrap();
        for file in manifest["files"].as_array_mut().unwrap() {
            let text = self.text(file["name"].as_str().unwrap());
            file["count"] = text.lines().count().into();
            file["bytes"] = text.len().into();
            file["sha256"] = hex(text.as_bytes()).into();
        }
        let counts = manifest["files"].as_array().unwrap().iter();
        let count: u64 = counts.map(|file| file["count"].as_u64().unwrap()).sum();
        manifest["count"] = count.into();
        manifest["range"]["to"] = (manifest["range"]["from"].as_u64().unwrap() + count).into();
        self.write("manifest.json", manifest.to_string());
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A log on its way.
pub(crate) struct Desk {
    pub(crate) key: SigningKey,
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) at: i64,
}

impl Desk {
    /// The empty log.
    pub(crate) fn new() -> Self {
        Self { key: key("desk.example.org/log", 1), entries: Vec::new(), at: NOW }
    }

    /// A log of users who were added, without anything else.
    pub(crate) fn of_users(count: u128) -> Self {
        let mut desk = Self::new();
        for number in 0..count {
            let role = DeskRole::User;
            desk.push(CONSOLE, Event::UserAdded { subject: subject(number), role });
        }
        desk
    }

    /// User 0 is a member of `stage-1`, 1 a disabled member, 2 an auditor who is a member, 3 nobody special;
    /// `lobby` is open. Returns the log with a key for user 0 at index 9.
    pub(crate) fn ready() -> Self {
        let mut desk = Self::new();
        desk.push(Actor::System, policy());
        desk.push(CONSOLE, room("stage-1", Access::Restricted));
        desk.push(CONSOLE, room("lobby", Access::Open(Role::Subscriber)));
        let roles = [DeskRole::User, DeskRole::User, DeskRole::Auditor, DeskRole::User];
        for (number, role) in (0..).zip(roles) {
            desk.push(CONSOLE, Event::UserAdded { subject: subject(number), role });
        }
        for number in 0..2 {
            desk.push(CONSOLE, member(number));
        }
        desk.issue(0);
        desk.push(CONSOLE, member(2));
        desk.push(CONSOLE, Event::UserDisabled { subject: subject(1) });
        desk
    }

    pub(crate) fn push(&mut self, by: Actor, event: Event) {
        let at = Timestamp::from_seconds(self.at);
        let id = EntryId::new(Uuid::from_u128(self.entries.len() as u128));
        let node = "node-1".to_owned().try_into().unwrap();
        let entry = Entry { v: VERSION, id, t: at, at, by, req: None, node, event };
        self.entries.push(entry.to_bytes().unwrap().into_vec());
    }

    /// Issues a key at the console, as an honest desk would for a member.
    pub(crate) fn issue(&mut self, number: u128) {
        let issued = Issued {
            issuance: IssuanceId::new(Uuid::from_u128(0x70_0080_0000_0000_0000_0000 + number)),
            subject: subject(number),
            idle_at: None,
            room: "stage-1".parse().unwrap(),
            scene: None,
            event: None,
            device: None,
            meeting: None,
            provider_room: ProviderRoom::of_room(&"stage-1".parse().unwrap()),
            uid: None,
            messaging: false,
            role: Role::Publisher,
            permissions: Role::Publisher.permissions(Sources::All),
            asked: None,
            nbf: self.at,
            exp: self.at + 300,
            profile: "stage".parse().unwrap(),
            provider: "livekit".parse().unwrap(),
            key: "APIexample".parse().unwrap(),
            fp: fingerprint(),
            renews: None,
        };
        self.push(CONSOLE, Event::TokenIssued(Box::new(issued)));
    }

    pub(crate) fn vkey(&self) -> String {
        self.key.verifier().to_string()
    }

    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    pub(crate) fn head(&self, size: u64) -> TreeHead {
        let mut edge = Edge::empty();
        for entry in self.entries.iter().take(usize::try_from(size).unwrap()) {
            edge.append(leaf_hash(entry)).unwrap();
        }
        edge.head()
    }

    /// The checkpoint of the first entries.
    pub(crate) fn note(&self, size: u64) -> String {
        sign(&self.key, self.head(size))
    }

    /// An export of everything with the checkpoint of everything, three entries a file.
    pub(crate) fn export(&self) -> Folder {
        self.export_part(0..self.size(), Some(self.size()))
    }

    pub(crate) fn export_part(&self, range: std::ops::Range<u64>, signed: Option<u64>) -> Folder {
        let note = signed.map(|size| self.note(size));
        let checkpoint = note.map(|note| {
            let (origin, size) = (self.key.verifier().name().as_str(), signed.unwrap());
            serde_json::json!({"origin": origin, "size": size, "note": note})
        });
        let folder = Folder::new();
        let lines: Vec<String> = range
            .clone()
            .map(|index| line(index, &self.entries[usize::try_from(index).unwrap()]))
            .collect();
        let mut files = Vec::new();
        for (number, part) in lines.chunks(3).enumerate() {
            let (name, text) = (format!("entries-{number:06}.jsonl"), part.concat());
            folder.write(&name, &text);
            files.push(serde_json::json!({
                "name": name, "count": part.len(), "bytes": text.len(), "sha256": hex(text.as_bytes()),
            }));
        }
        let manifest = serde_json::json!({
            "format": "roomkey-jsonl",
            "version": 1,
            "software": "roomkey 0.1.0",
            "range": {"from": range.start, "to": range.end},
            "count": lines.len(),
            "withIdentities": false,
            "checkpoint": checkpoint,
            "files": files,
        });
        folder.write("manifest.json", manifest.to_string());
        folder
    }
}

pub(crate) fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name.parse().unwrap(), &[seed; 32]).unwrap()
}

pub(crate) fn sign(key: &SigningKey, head: TreeHead) -> String {
    let checkpoint = Checkpoint::new(key.verifier().name().into(), head).unwrap();
    sign_checkpoint(&checkpoint, key).unwrap()
}

/// A line as the desk writes it.
pub(crate) fn line(index: u64, bytes: &[u8]) -> String {
    let entry: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let issuance = entry.get("issuance").cloned().unwrap_or_default();
    let (leaf, text) = (STANDARD.encode(bytes), std::str::from_utf8(bytes).unwrap());
    format!(
        "{{\"index\":{index},\"issuanceId\":{issuance},\"leaf\":\"{leaf}\",\"entry\":{text}}}\n"
    )
}

pub(crate) fn subject(number: u128) -> SubjectRef {
    SubjectRef::new(Uuid::from_u128(0x40_0080_0000_0000_0000_0000 + number))
}

pub(crate) fn policy() -> Event {
    let policy = fixtures::policy();
    Event::PolicySet { software: "0.1.0".to_owned(), schema: 1, policy }
}

pub(crate) fn room(name: &str, access: Access) -> Event {
    let settings = RoomSettings { access, ..fixtures::room() };
    let room: RoomId = name.parse().unwrap();
    Event::RoomAdded(RoomSet { room, settings })
}

pub(crate) fn member(number: u128) -> Event {
    let room = "stage-1".parse().unwrap();
    let place = MemberPlace { room, subject: subject(number), scene: None, event: None };
    Event::MemberAdded(MemberSet { place, role: Role::Publisher, sources: Sources::All })
}

/// A token that reads, with a signature that means nothing.
pub(crate) fn token() -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let payload = format!(
        r#"{{"iss":"APIexample","sub":"user-x","nbf":{NOW},"exp":{},"jti":"j","video":{{"room":"stage-1","roomJoin":true}}}}"#,
        NOW + 300
    );
    let header = part(r#"{"alg":"HS256","typ":"JWT"}"#);
    format!("{header}.{}.{}", part(&payload), part("0123456789abcdef0123456789abcdef"))
}

pub(crate) fn fingerprint() -> Fingerprint {
    roomkey_providers::fingerprint_of(&token()).unwrap()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    Hex(&Sha256::digest(bytes)).to_string()
}

/// Runs a command; its status and all that it said.
pub(crate) fn run(arguments: &[&str], input: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roomkey-auditor"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may end without reading.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// The command ends with this status and says each of these.
#[track_caller]
pub(crate) fn check(arguments: &[&str], status: i32, expected: &[&str]) -> String {
    let (ended, said) = run(arguments, "");
    assert_eq!(ended, status, "{said}");
    for expected in expected {
        assert!(said.contains(expected), "{expected:?} is not in:\n{said}");
    }
    said
}

/// What `verify` says of a folder.
#[track_caller]
pub(crate) fn verify(desk: &Desk, folder: &Folder, more: &[&str], status: i32, said: &[&str]) {
    let (vkey, path) = (desk.vkey(), shown(&folder.0));
    let arguments = [&["verify", &path, "--vkey", &vkey], more].concat();
    check(&arguments, status, said);
}

pub(crate) fn shown(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
