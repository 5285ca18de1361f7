//! Words of the API: how the description says which ones a field takes.
//!
//! A field is a `String` or a `&'static str`; its `value_type` is one of these names, so that the description lists the
//! words of the type that reads and writes them.

use std::borrow::Cow;
use std::marker::PhantomData;

use roomkey_audit::Outcome;
use roomkey_claims::{DeskRole, Role, Scope, Source};
use utoipa::openapi::schema::{Schema, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

pub type DeskRoleName = WordOf<DeskRole>;
pub type OutcomeName = WordOf<Outcome>;
pub type RoleName = WordOf<Role>;
pub type ScopeName = WordOf<Scope>;
pub type SourceName = WordOf<Source>;

/// A word of `T` in the description.
#[derive(Debug)]
pub struct WordOf<T>(PhantomData<T>);

/// A type whose values are words on the wire.
pub trait Words {
    /// The name of the schema.
    const NAME: &str;
    /// What the words say.
    const MEANING: &str;

    fn words() -> Vec<&'static str>;
}

impl<T: Words> PartialSchema for WordOf<T> {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::String);
        object.enum_values(Some(T::words())).description(Some(T::MEANING)).into()
    }
}

impl<T: Words> ToSchema for WordOf<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

/// `type, name of the schema, what the words say`.
macro_rules! words {
    ($($type:ident, $name:literal, $meaning:literal;)*) => {
        $(impl Words for $type {
            const NAME: &str = $name;
            const MEANING: &str = $meaning;

            fn words() -> Vec<&'static str> {
                Self::ALL.map(Self::as_str).into()
            }
        })*
    };
}

words! {
    DeskRole, "DeskRole", "A role at the desk.";
    Outcome, "Outcome", "Whether a key was issued or denied.";
    Role, "Role", "A role in a room.";
    Scope, "Scope", "What a backend may do.";
    Source, "Source", "A kind of track.";
}
