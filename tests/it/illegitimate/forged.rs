//! What a forger writes into the log, for each reason for which `decide` would have denied it.

#![expect(clippy::unwrap_used, reason = "the names written here match their patterns")]

use std::time::Duration;

use roomkey_audit::{Actor, Entry, Issued};
use roomkey_claims::{
    BackendRef, IdSource, IssuanceId, RENEWABLE_AFTER_EXPIRY, Reason, SubjectRef, SystemIds,
    Timestamp,
};

/// What a forger changes of an entry that was rightly written.
pub(super) type Forge = fn(&mut Entry, &mut Issued, &People);

/// Who is who in the log.
pub(super) struct People {
    pub(super) auditor: SubjectRef,
    pub(super) admin: SubjectRef,
    pub(super) disabled: SubjectRef,
    /// A key of the admin.
    pub(super) other: IssuanceId,
    /// A key that was issued at the command line, with its end.
    pub(super) of_console: (IssuanceId, i64),
    /// A backend that may not ask for keys, and one that may for rooms elsewhere.
    pub(super) backends: [BackendRef; 2],
}

pub(super) const FORGED: [(Reason, Forge); 26] = [
    (Reason::NotAMember, |_, issued, _| {
        issued.room = "stage-2".parse().unwrap();
    }),
    (Reason::RoomUnknown, |_, issued, _| {
        issued.room = "nowhere".parse().unwrap();
    }),
    (Reason::RoomClosed, |_, issued, _| {
        issued.room = "closed-1".parse().unwrap();
    }),
    (Reason::EventRequired, |_, issued, _| {
        issued.room = "evening".parse().unwrap();
    }),
    (Reason::SubjectUnknown, |entry, issued, _| {
        console(entry, issued);
        issued.subject = "2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77".parse().unwrap();
    }),
    (Reason::SubjectDisabled, |entry, issued, people| {
        console(entry, issued);
        issued.subject = people.disabled;
    }),
    (Reason::DeskRole, |entry, issued, people| {
        console(entry, issued);
        issued.subject = people.auditor;
    }),
    (Reason::SubjectOther, |_, issued, people| {
        issued.subject = people.admin;
    }),
    (Reason::SessionEnded, |entry, issued, _| {
        let session = "0123456789abcdef0123456789abcdef".parse().unwrap();
        entry.by = Actor::Session { session, subject: issued.subject };
    }),
    (Reason::SessionExpired, |entry, issued, _| {
        entry.at = entry.at.plus(Duration::from_hours(24 * 365));
        issued.idle_at = Some(entry.at.plus(Duration::from_hours(1)));
    }),
    (Reason::SessionIdle, |entry, issued, _| {
        issued.idle_at = Some(entry.at);
    }),
    (Reason::BackendRevoked, |entry, issued, _| {
        backend(entry, issued, &"1001".parse().unwrap());
    }),
    (Reason::LifetimeOutOfBounds, |_, issued, _| {
        issued.asked = Some(1);
    }),
    (Reason::RenewsUnknown, |entry, issued, _| {
        issued.renews = Some(IssuanceId::new(SystemIds.uuid_v7(entry.at)));
    }),
    (Reason::RenewsOther, |_, issued, people| {
        issued.renews = Some(people.other);
    }),
    (Reason::DeviceRequired, |_, issued, _| {
        issued.room = "devices".parse().unwrap();
    }),
    (Reason::OutsideWindow, |_, issued, _| {
        issued.room = "stage-1".parse().unwrap();
        issued.event = Some("over".parse().unwrap());
    }),
    (Reason::BackendScope, |entry, issued, people| {
        backend(entry, issued, &people.backends[0]);
    }),
    (Reason::BackendRoom, |entry, issued, people| {
        backend(entry, issued, &people.backends[1]);
    }),
    (Reason::OtherProvider, |_, issued, _| {
        issued.provider = "agora".parse().unwrap();
    }),
    (Reason::RenewsTooOld, |entry, issued, people| {
        console(entry, issued);
        let (issuance, exp) = people.of_console;
        issued.renews = Some(issuance);
        entry.at =
            Timestamp::from_seconds(exp).plus(RENEWABLE_AFTER_EXPIRY + Duration::from_secs(1));
    }),
    (Reason::ProfileUnknown, |_, issued, _| {
        issued.room = "gone-1".parse().unwrap();
    }),
    (Reason::NoUsableKey, |_, issued, _| {
        issued.room = "idle-1".parse().unwrap();
    }),
    (Reason::UidsExhausted, |_, issued, _| {
        issued.room = "seats-2".parse().unwrap();
        issued.provider = "agora".parse().unwrap();
        issued.device = Some("ninth".parse().unwrap());
    }),
    (Reason::MeetingRequired, |_, issued, _| {
        issued.room = "call-1".parse().unwrap();
        issued.provider = "opentok".parse().unwrap();
    }),
    (Reason::Inexpressible, |_, issued, _| {
        issued.messaging = true;
    }),
];

/// What no issuance shows: the first two are about what a client said, which an entry does not repeat, and the last one
/// needs a log without a policy.
pub(super) const SPECIAL: [Reason; 3] = [Reason::RoleTooLow, Reason::UidOther, Reason::NoPolicy];

pub(super) fn console(entry: &mut Entry, issued: &mut Issued) {
    (entry.by, issued.idle_at) = (Actor::Console { uid: 0 }, None);
}

fn backend(entry: &mut Entry, issued: &mut Issued, backend: &BackendRef) {
    (entry.by, issued.idle_at) = (Actor::Backend { backend: backend.clone() }, None);
}
