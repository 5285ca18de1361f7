//! A person takes over a log that does not match its last checkpoint.

use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::key::KeyName;
use roomkey_claims::DeskRole;
use roomkey_storage::{Reader, Recovery, StoreError, TileRow};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::log::error::IntegrateError;
use crate::log::integrate::{append, tile_rows};
use crate::log::key;
use crate::log::key::LogKey;
use crate::log::outlet::Outlet;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The origin of the new tree.
    pub origin: String,
    /// How many entries it begins with.
    pub size: u64,
    /// The index of the entry that says so.
    pub index: u64,
}

/// Hashes every entry that is there into a new tree, under a new origin with a new key.
///
/// Nothing that contradicts what the old key signed is ever signed with it; entries are taken as they are, but for
/// gaps and bytes that do not give their stored hash, which only a backup can mend. `progress` hears how far it is.
pub async fn recover(
    ground: &Ground,
    admin: &Admin,
    origin: Option<KeyName>,
    outlet: &Outlet,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Recovered, IntegrateError> {
    let origin = match origin {
        Some(origin) => origin,
        None => key::new_origin(ground.ids())?,
    };
    let before = ground.store().read::<_, StoreError>(|reader| reader.tree())?;
    if before.as_ref().is_some_and(|tree| tree.origin == origin.as_str()) {
        return Err(IntegrateError::SameOrigin);
    }
    let retired = before.map(|tree| LogKey::of(&tree, ground.store().seal())).transpose()?;
    let (new, key) = key::new_tree(ground.store().seal(), ground.ids(), &origin)?;
    let (edge, tiles) =
        ground.store().read::<_, IntegrateError>(|reader| rebuild(reader, progress))?;
    let head = edge.head();
    let recovery = Recovery {
        new,
        head,
        checkpoint: key.attest(head)?,
        tiles,
        retired: retired.map(|key| key.verifier().to_string()),
    };
    let recovered = ground.store().recover(admin.actor().context(), move |writer| {
        writer.require(&[DeskRole::Admin])?;
        writer.recover(&recovery)
    });
    // However long it takes: a tree of many entries is many rows.
    let index = recovered?.await?;
    // For whoever looks into it: the desk knows the old key, and takes its checkpoint for none of its own.
    let aside = outlet.put_aside(head.size);
    aside.map_err(|error| IntegrateError::Outlet(error.to_string()))?;
    Ok(Recovered { origin: origin.as_str().to_owned(), size: head.size, index })
}

/// The tree over all entries, with all its tiles.
fn rebuild(
    reader: &mut Reader<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Edge, Vec<TileRow>), IntegrateError> {
    let end = reader.head()?.next_index;
    let mut edge = Edge::empty();
    append(reader, &mut edge, end, &|size| progress(size, end))?;
    let tiles = tile_rows(&mut edge);
    Ok((edge, tiles))
}

/// Why the log is frozen, where it is.
pub async fn frozen(ground: &Ground) -> Result<Option<String>, DeskError> {
    ground.read(|reader| -> Result<_, StoreError> { reader.frozen() }).await
}
