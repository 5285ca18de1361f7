//! Words of the API: how the description says which ones a field takes.
//!
//! A field is a `String` or a `&'static str`; its `value_type` is one of these names, so that the description lists the
//! words of the type that reads and writes them.

use std::borrow::Cow;
use std::marker::PhantomData;

use roomkey_audit::{Kind, Outcome};
use roomkey_claims::{DeskRole, Reason, Role, Scope, Source};
use roomkey_storage::{Grouping, Order};
use utoipa::openapi::schema::{Schema, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::audit::stats::Interval;

pub type DeskRoleName = WordOf<DeskRole>;
pub type GroupingName = WordOf<Grouping>;
pub type IntervalName = WordOf<Interval>;
pub type KindName = WordOf<Kind>;
pub type OrderName = WordOf<Order>;
pub type OutcomeName = WordOf<Outcome>;
pub type ReasonName = WordOf<Reason>;
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

    /// The word that is taken where none is given.
    fn default_word() -> Option<&'static str> {
        None
    }
}

impl<T: Words> PartialSchema for WordOf<T> {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::String);
        let object = object.enum_values(Some(T::words())).description(Some(T::MEANING));
        object.default(T::default_word().map(Into::into)).into()
    }
}

impl<T: Words> ToSchema for WordOf<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

/// `type, what the words say`: the type's name is the schema's; `= value` is taken where none is given.
macro_rules! words {
    ($($type:ident $(= $default:expr)?, $meaning:literal;)*) => {
        $(impl Words for $type {
            const NAME: &str = stringify!($type);
            const MEANING: &str = $meaning;

            fn words() -> Vec<&'static str> {
                Self::ALL.iter().map(|word| word.as_str()).collect()
            }
            $(
            fn default_word() -> Option<&'static str> {
                Some($default.as_str())
            })?
        })*
    };
}

words! {
    DeskRole, "A role at the desk.";
    Grouping = Grouping::default(), "By what entries are grouped.";
    Interval = Interval::default(), "How long a bucket of counts is.";
    Kind, "A kind of entry of the log.";
    Order = Order::default(), "From old to new, or from new to old.";
    Outcome, "Whether a key was issued or denied.";
    Reason, "Why a key was denied.";
    Role, "A role in a room.";
    Scope, "What a backend may do.";
    Source, "A kind of track.";
}
