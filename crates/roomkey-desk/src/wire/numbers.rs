//! Numbers of the API: how the description says which ones a field takes.

use std::borrow::Cow;

use utoipa::openapi::schema::{KnownFormat, Schema, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::audit::tail::MAX_WAIT;
use crate::listing::{DEFAULT_PAGE, MAX_PAGE};

/// How long a key is to live.
#[derive(Debug)]
pub struct TtlSeconds;

/// How many a page has at most.
#[derive(Debug)]
pub struct PageLimit;

/// For how long to wait.
#[derive(Debug)]
pub struct WaitSeconds;

/// `type, format, least, most, what is taken where none is given, what the number says`.
macro_rules! numbers {
    ($($type:ident, $format:ident, $least:expr, $most:expr, $default:expr, $meaning:literal;)*) => {
        $(impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                let default: Option<u16> = $default;
                ObjectBuilder::new()
                    .schema_type(Type::Integer)
                    .format(Some(SchemaFormat::KnownFormat(KnownFormat::$format)))
                    .minimum(Some($least))
                    .maximum(Some($most))
                    .default(default.map(Into::into))
                    .description(Some($meaning))
                    .into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($type))
            }
        })*
    };
}

numbers! {
    TtlSeconds, Int64, 1, u32::MAX, None, "How long a key is to live, in seconds.";
    PageLimit, Int32, 1, MAX_PAGE, Some(DEFAULT_PAGE), "How many a page has at most.";
    WaitSeconds, Int32, 0, MAX_WAIT.as_secs(), Some(0), "For how many seconds to wait.";
}
