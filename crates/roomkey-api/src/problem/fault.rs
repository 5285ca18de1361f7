//! What is wrong with a body or a field of a request.

use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where it stands: a JSON pointer into the body (RFC 6901), or the name of a parameter behind `/`.
    pub(crate) pointer: String,
    /// What is wrong with it; never the value.
    pub(crate) detail: String,
}

impl FieldError {
    /// What is wrong with the field at `pointer`.
    pub fn new(pointer: &str, detail: &str) -> Self {
        Self { pointer: pointer.to_owned(), detail: detail.to_owned() }
    }
}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFault {
    /// It is no JSON.
    Malformed,
    /// A field that is not known.
    UnknownField,
    /// A field twice.
    DuplicateField,
    /// A field that is required is not there.
    MissingField,
    /// A field of another type.
    WrongType,
}

impl BodyFault {
    /// What is wrong, in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "is no JSON",
            Self::UnknownField => "is not known here",
            Self::DuplicateField => "is given twice",
            Self::MissingField => "is required",
            Self::WrongType => "has the wrong type",
        }
    }
}
