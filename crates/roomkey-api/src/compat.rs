//! Surfaces for the vendors' own clients, each served only where the settings switch it on.
//!
//! They differ from the other paths in what goes in and out, and in nothing else: authentication, membership and log are
//! the same.
//! What such a client says of role and number is checked against what the membership gives, never granted.

mod shape;

pub(crate) mod agora;
pub(crate) mod opentok;

use actix_web::Scope;

pub(crate) use opentok::VendorError;
pub(crate) use shape::Shape;

use crate::settings::Compat;

/// Adds the paths of the surfaces that are switched on.
pub(crate) fn add(scope: Scope, compat: &Compat) -> Scope {
    let scope = if compat.opentok { opentok::add(scope) } else { scope };
    if compat.agora { agora::add(scope) } else { scope }
}
