//! A user is erased: everything personal goes, the reference stays and stands for nobody.

use diesel::prelude::*;
use roomkey_audit::Event;
use roomkey_claims::{DeskRole, SubjectRef, Timestamp, Username};

use crate::db::columns;
use crate::db::error::{StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::{members, subject_keys, users, visits};
use crate::db::writer::Writer;
use crate::tables::users::key;

/// Stands where the stored password was: no PHC string, so that nothing can be verified against it.
const NO_PASSWORD: &str = "erased";

/// What came of erasing a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// How the log names the user, from now on without a name behind it.
    pub subject: SubjectRef,
    /// The entry that records it.
    pub index: u64,
}

/// A user of whom only the reference is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedUser {
    /// How the log names the user.
    pub subject: SubjectRef,
    /// When the user was erased.
    pub erased_at: Timestamp,
}

/// What stands in the place of the name: unique, and no [`Username`], so that nobody logs in with it or takes it.
fn placeholder(subject: SubjectRef) -> String {
    format!("erased:{subject}")
}

impl Reader<'_> {
    /// Erased users by reference, after one, at most `limit`.
    pub fn erased_users(
        &mut self,
        after: Option<SubjectRef>,
        limit: u16,
    ) -> Result<Vec<ErasedUser>, StoreError> {
        let rows: Vec<(Vec<u8>, Option<i64>)> = users::table
            .filter(users::erased_at.is_not_null())
            .filter(users::subject.gt(after.map_or_else(Vec::new, key)))
            .order(users::subject)
            .limit(i64::from(limit))
            .select((users::subject, users::erased_at))
            .load(self.db)?;
        rows.into_iter()
            .map(|(subject, erased_at)| {
                Ok(ErasedUser {
                    subject: SubjectRef::new(columns::uuid("users.subject", &subject)?),
                    erased_at: Timestamp::from_micros(erased_at.unwrap_or_default()),
                })
            })
            .collect()
    }
}

impl Writer<'_> {
    /// Erases a user, for good: name, DID, display name, password, visits and the key under which these are sealed.
    ///
    /// It ends all sessions and memberships of the user. The numbers that the user had in rooms stay taken, so that
    /// nobody else ever appears under one of them.
    pub fn erase_user(&mut self, username: &Username) -> Result<Erased, WriteError> {
        let user = self.user(username)?;
        self.keep_an_admin(&user)?;
        let subject = user.subject;
        self.end_sessions_of(subject)?;
        diesel::delete(members::table.filter(members::subject.eq(key(subject))))
            .execute(self.db())?;
        diesel::delete(visits::table.filter(visits::subject.eq(key(subject))))
            .execute(self.db())?;
        diesel::delete(subject_keys::table.find(key(subject))).execute(self.db())?;
        let scrubbed = (
            users::username.eq(placeholder(subject)),
            users::password_hash.eq(NO_PASSWORD),
            users::did.eq(None::<String>),
            users::display_name.eq(None::<String>),
            users::enabled.eq(false),
            users::role.eq(DeskRole::User.as_str()),
            users::erased_at.eq(Some(self.at().as_micros())),
        );
        diesel::update(users::table.find(key(subject))).set(scrubbed).execute(self.db())?;
        let index = self.append(Event::UserErased { subject })?;
        Ok(Erased { subject, index })
    }
}

#[cfg(test)]
mod tests {
    use roomkey_claims::PasswordHash;

    use super::*;

    #[test]
    fn what_is_left_is_no_name_and_no_password() {
        let subject: SubjectRef = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6".parse().unwrap();
        assert!(placeholder(subject).parse::<Username>().is_err());
        assert!(PasswordHash::try_from(NO_PASSWORD.to_owned()).is_err());
    }
}
