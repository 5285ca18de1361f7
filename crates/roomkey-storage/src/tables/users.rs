//! Users: the only place where names stand.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use roomkey_audit::Event;
use roomkey_claims::{
    DeskRole, Did, DisplayName, PasswordHash, SubjectFacts, SubjectRef, Timestamp, Username,
};

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::{sessions, users};
use crate::db::writer::Writer;

#[derive(Debug, Queryable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct Row {
    subject: Vec<u8>,
    username: String,
    password_hash: String,
    did: Option<String>,
    display_name: Option<String>,
    enabled: bool,
    role: String,
    added_at: i64,
    erased_at: Option<i64>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// How the log names the user.
    pub subject: SubjectRef,
    /// The name to log in with.
    pub username: Username,
    /// The stored password.
    pub password: PasswordHash,
    /// A decentralized identifier.
    pub did: Option<Did>,
    /// How the user wants to be shown.
    pub display_name: Option<DisplayName>,
    /// Whether the user may do anything.
    pub enabled: bool,
    /// The role at the desk.
    pub role: DeskRole,
    /// When the user was added.
    pub added_at: Timestamp,
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// How the log is to name the user.
    pub subject: SubjectRef,
    /// The name to log in with.
    pub username: Username,
    /// The stored password.
    pub password: PasswordHash,
    /// A decentralized identifier.
    pub did: Option<Did>,
    /// How the user wants to be shown.
    pub display_name: Option<DisplayName>,
    /// The role at the desk.
    pub role: DeskRole,
}

impl TryFrom<Row> for User {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            subject: SubjectRef::new(columns::uuid("users.subject", &row.subject)?),
            username: columns::text("users.username", &row.username)?,
            password: PasswordHash::try_from(row.password_hash)
                .map_err(|_| StoreError::Corrupt { column: "users.password_hash" })?,
            did: columns::opt_text("users.did", row.did.as_deref())?,
            display_name: columns::opt_text("users.display_name", row.display_name.as_deref())?,
            enabled: row.enabled,
            role: columns::text("users.role", &row.role)?,
            added_at: Timestamp::from_micros(row.added_at),
        })
    }
}

pub(crate) fn key(subject: SubjectRef) -> Vec<u8> {
    subject.as_uuid().into_bytes().to_vec()
}

pub(crate) fn facts(
    db: &mut Db,
    subjects: &BTreeSet<SubjectRef>,
) -> Result<BTreeMap<SubjectRef, SubjectFacts>, StoreError> {
    let keys: Vec<Vec<u8>> = subjects.iter().map(|subject| key(*subject)).collect();
    let rows: Vec<(Vec<u8>, bool, String, Option<String>)> = users::table
        .filter(users::subject.eq_any(keys))
        .filter(users::erased_at.is_null())
        .select((users::subject, users::enabled, users::role, users::did))
        .load(db)?;
    rows.into_iter()
        .map(|(subject, enabled, role, did)| {
            let subject = SubjectRef::new(columns::uuid("users.subject", &subject)?);
            let role = columns::text("users.role", &role)?;
            let did = columns::opt_text("users.did", did.as_deref())?;
            Ok((subject, SubjectFacts { subject, enabled, role, did }))
        })
        .collect()
}

impl Reader<'_> {
    /// The user of a name.
    pub fn user(&mut self, username: &Username) -> Result<Option<User>, StoreError> {
        let row: Option<Row> =
            users::table.filter(users::username.eq(username.as_str())).first(self.db).optional()?;
        row.map(User::try_from).transpose()
    }

    /// The user of a DID.
    pub fn user_by_did(&mut self, did: &Did) -> Result<Option<User>, StoreError> {
        let row: Option<Row> =
            users::table.filter(users::did.eq(did.as_str())).first(self.db).optional()?;
        row.map(User::try_from).transpose()
    }

    /// The user whom the log names so.
    pub fn user_by_subject(&mut self, subject: SubjectRef) -> Result<Option<User>, StoreError> {
        let known = users::table.find(key(subject)).filter(users::erased_at.is_null());
        let row: Option<Row> = known.first(self.db).optional()?;
        row.map(User::try_from).transpose()
    }

    /// The users whom the log names so, by their names.
    pub fn usernames(
        &mut self,
        subjects: &BTreeSet<SubjectRef>,
    ) -> Result<BTreeMap<SubjectRef, Username>, StoreError> {
        let keys: Vec<Vec<u8>> = subjects.iter().map(|subject| key(*subject)).collect();
        let query = users::table
            .filter(users::subject.eq_any(keys))
            .filter(users::erased_at.is_null())
            .select((users::subject, users::username));
        let rows: Vec<(Vec<u8>, String)> = query.load(self.db)?;
        rows.iter()
            .map(|(subject, username)| {
                let subject = SubjectRef::new(columns::uuid("users.subject", subject)?);
                Ok((subject, columns::text("users.username", username)?))
            })
            .collect()
    }

    /// Users by name, after a name, at most `limit`.
    pub fn users(&mut self, after: Option<&Username>, limit: u16) -> Result<Vec<User>, StoreError> {
        let rows: Vec<Row> = users::table
            .filter(users::erased_at.is_null())
            .filter(users::username.gt(after.map_or("", Username::as_str)))
            .order(users::username)
            .limit(i64::from(limit))
            .load(self.db)?;
        rows.into_iter().map(User::try_from).collect()
    }
}

impl Writer<'_> {
    /// The user of a name, as it stands in the transaction.
    pub(crate) fn user(&mut self, username: &Username) -> Result<User, WriteError> {
        Reader { db: self.db() }.user(username)?.ok_or(WriteError::Refused(Refused::NoSuchUser))
    }

    /// Adds a user, enabled.
    pub fn add_user(&mut self, user: NewUser) -> Result<u64, WriteError> {
        let taken =
            users::table.filter(users::username.eq(user.username.as_str())).select(users::username);
        if taken.first::<String>(self.db()).optional()?.is_some() {
            return Err(Refused::UserExists.into());
        }
        if let Some(did) = &user.did {
            let taken = users::table.filter(users::did.eq(did.as_str())).select(users::username);
            if taken.first::<String>(self.db()).optional()?.is_some() {
                return Err(Refused::DidExists.into());
            }
        }
        let row = Row {
            subject: key(user.subject),
            username: user.username.into(),
            password_hash: user.password.as_str().to_owned(),
            did: user.did.map(String::from),
            display_name: user.display_name.map(String::from),
            enabled: true,
            role: user.role.as_str().to_owned(),
            added_at: self.at().as_micros(),
            erased_at: None,
        };
        diesel::insert_into(users::table).values(&row).execute(self.db())?;
        Ok(self.append(Event::UserAdded { subject: user.subject, role: user.role })?)
    }

    /// Disables a user, which ends all sessions of the user. Disabling a disabled user changes and records nothing.
    pub fn disable_user(&mut self, username: &Username) -> Result<Option<u64>, WriteError> {
        let user = self.user(username)?;
        if !user.enabled {
            return Ok(None);
        }
        self.keep_an_admin(&user)?;
        diesel::update(users::table.find(key(user.subject)))
            .set(users::enabled.eq(false))
            .execute(self.db())?;
        self.end_sessions_of(user.subject)?;
        Ok(Some(self.append(Event::UserDisabled { subject: user.subject })?))
    }

    /// Enables a user. Enabling an enabled user changes and records nothing.
    pub fn enable_user(&mut self, username: &Username) -> Result<Option<u64>, WriteError> {
        let user = self.user(username)?;
        if user.enabled {
            return Ok(None);
        }
        diesel::update(users::table.find(key(user.subject)))
            .set(users::enabled.eq(true))
            .execute(self.db())?;
        Ok(Some(self.append(Event::UserEnabled { subject: user.subject })?))
    }

    /// Sets a user's role at the desk. The role that the user has already changes and records nothing.
    pub fn set_desk_role(
        &mut self,
        username: &Username,
        role: DeskRole,
    ) -> Result<Option<u64>, WriteError> {
        let user = self.user(username)?;
        if user.role == role {
            return Ok(None);
        }
        self.keep_an_admin(&user)?;
        diesel::update(users::table.find(key(user.subject)))
            .set(users::role.eq(role.as_str()))
            .execute(self.db())?;
        Ok(Some(self.append(Event::UserRoleSet { subject: user.subject, role })?))
    }

    /// Sets a user's password, which ends all sessions of the user.
    pub fn set_password(
        &mut self,
        username: &Username,
        password: &PasswordHash,
    ) -> Result<u64, WriteError> {
        let user = self.user(username)?;
        let row = users::table.find(key(user.subject));
        diesel::update(row).set(users::password_hash.eq(password.as_str())).execute(self.db())?;
        self.end_sessions_of(user.subject)?;
        Ok(self.append(Event::UserPasswordSet { subject: user.subject })?)
    }

    /// Replaces the stored form of an unchanged password, where `before` is still the stored one: no entry, since
    /// nothing changes about who may enter.
    pub fn rehash_password(
        &mut self,
        subject: SubjectRef,
        before: &PasswordHash,
        password: &PasswordHash,
    ) -> Result<(), WriteError> {
        diesel::update(
            users::table.find(key(subject)).filter(users::password_hash.eq(before.as_str())),
        )
        .set(users::password_hash.eq(password.as_str()))
        .execute(self.db())?;
        Ok(())
    }

    /// Refuses where `user` is the last enabled admin.
    pub(crate) fn keep_an_admin(&mut self, user: &User) -> Result<(), WriteError> {
        if user.role != DeskRole::Admin || !user.enabled {
            return Ok(());
        }
        let others = users::table
            .filter(users::role.eq(DeskRole::Admin.as_str()))
            .filter(users::enabled.eq(true))
            .filter(users::subject.ne(key(user.subject)))
            .select(users::username);
        match others.first::<String>(self.db()).optional()? {
            Some(_) => Ok(()),
            None => Err(Refused::LastAdmin.into()),
        }
    }

    pub(crate) fn end_sessions_of(&mut self, subject: SubjectRef) -> Result<(), WriteError> {
        let live = sessions::table
            .filter(sessions::subject.eq(key(subject)))
            .filter(sessions::ended.eq(false));
        diesel::update(live).set(sessions::ended.eq(true)).execute(self.db())?;
        Ok(())
    }
}
