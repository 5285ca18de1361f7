//! Texts of the API: how the description says which ones a field takes.
//!
//! A field is a `String` or a `&str`; its `value_type` is one of these names, so that the description has the pattern of
//! the type that reads and writes it.

use std::borrow::Cow;
use std::marker::PhantomData;

use roomkey_audit::{AddressPrefix, RequestId};
use roomkey_claims::{
    BackendName, BackendRef, DeviceId, Did, DisplayName, EntryId, EventId, IssuanceId, KeyId,
    ProviderKind, RoomId, RoomPattern, SceneId, SubjectRef, Username,
};
use utoipa::openapi::schema::{Schema, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

pub type AddressPrefixText = TextOf<AddressPrefix>;
pub type BackendNameText = TextOf<BackendName>;
pub type BackendRefText = TextOf<BackendRef>;
pub type DeviceIdText = TextOf<DeviceId>;
pub type DidText = TextOf<Did>;
pub type DisplayNameText = TextOf<DisplayName>;
pub type EntryIdText = TextOf<EntryId>;
pub type EventIdText = TextOf<EventId>;
pub type IssuanceIdText = TextOf<IssuanceId>;
pub type KeyIdText = TextOf<KeyId>;
pub type ProviderKindText = TextOf<ProviderKind>;
pub type RequestIdText = TextOf<RequestId>;
pub type RoomIdText = TextOf<RoomId>;
pub type RoomPatternText = TextOf<RoomPattern>;
pub type SceneIdText = TextOf<SceneId>;
pub type SubjectRefText = TextOf<SubjectRef>;
pub type UsernameText = TextOf<Username>;

/// A text in the description that `T` reads.
#[derive(Debug)]
pub struct TextOf<T>(PhantomData<T>);

/// A type whose values are texts on the wire.
pub trait Text {
    /// The name of the schema.
    const NAME: &str;
    /// What the text says.
    const MEANING: &str;

    /// Adds which texts there are.
    fn bound(schema: ObjectBuilder) -> ObjectBuilder;
}

impl<T: Text> PartialSchema for TextOf<T> {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::String);
        T::bound(object).description(Some(T::MEANING)).into()
    }
}

impl<T: Text> ToSchema for TextOf<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

/// `type, what the text says`: the type's name is the schema's.
macro_rules! texts {
    ($bound:ident: $($type:ident, $meaning:literal;)*) => {
        $(impl Text for $type {
            const NAME: &str = stringify!($type);
            const MEANING: &str = $meaning;

            fn bound(schema: ObjectBuilder) -> ObjectBuilder {
                texts!(@$bound $type, schema)
            }
        })*
    };
    (@pattern $type:ident, $schema:ident) => {
        $schema.pattern(Some($type::PATTERN))
    };
    (@uuid $type:ident, $schema:ident) => {
        $schema.format(Some(SchemaFormat::Custom("uuid".to_owned())))
    };
}

texts! {
    pattern:
    AddressPrefix, "A truncated address.";
    BackendName, "What people call a backend.";
    BackendRef, "The API key of a backend.";
    DeviceId, "A device of a user.";
    Did, "A decentralized identifier.";
    EventId, "An event of a room.";
    KeyId, "The id of a signing key at the provider.";
    ProviderKind, "A kind of provider.";
    RequestId, "The id of a request.";
    RoomId, "A room.";
    RoomPattern, "Rooms: a room id in which `*` stands for any characters.";
    SceneId, "A scene of a room.";
    Username, "The name of a user.";
}

texts! {
    uuid:
    EntryId, "The id of an entry of the log.";
    IssuanceId, "The id of an issuance.";
    SubjectRef, "The id by which the log knows a user.";
}

impl Text for DisplayName {
    const NAME: &str = "DisplayName";
    const MEANING: &str =
        "How a user wants to be shown: 1 to 128 bytes without control characters.";

    /// Its length alone: which characters it has, no regular expression says in every dialect.
    fn bound(schema: ObjectBuilder) -> ObjectBuilder {
        schema.min_length(Some(1)).max_length(Some(128))
    }
}
