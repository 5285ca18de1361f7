//! What the committer works with.

use std::sync::Arc;

use roomkey_audit::NodeName;
use roomkey_claims::{Clock, IdSource};

use crate::db::connection::Location;

/// What the committer works with.
#[derive(Debug, Clone)]
pub(crate) struct Means {
    pub(crate) location: Location,
    pub(crate) node: NodeName,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
}
