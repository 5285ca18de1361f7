//! Paths of tiles and bundles (`c2sp.org/tlog-tiles`): `tile/0/x001/x234/067`, `tile/entries/005.p/12`.

use std::fmt;
use std::str::FromStr;

use super::super::bundle::BundleId;
use super::super::text;
use super::{TILE_WIDTH, TileId};

/// Longest path: seven groups of an index of 64 bits, a level of two digits or `entries`, a width.
const MAX_PATH_BYTES: usize = "tile/entries/x018/x446/x744/x073/x709/x551/615.p/255".len();

/// What a path below the log's prefix names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogPath {
    /// Hashes.
    Tile(TileId),
    /// Entries.
    Bundle(BundleId),
}

/// A text that is no path of a tile or a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the path is none of tlog-tiles: write tile/<level>/<index> or tile/entries/<index>, such as tile/0/x001/067.p/12"
)]
pub struct PathError;

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        write_place(self.index, self.width, f)
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tile/entries/")?;
        write_place(self.index(), self.width(), f)
    }
}

impl fmt::Display for LogPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tile(tile) => tile.fmt(f),
            Self::Bundle(bundle) => bundle.fmt(f),
        }
    }
}

impl FromStr for LogPath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        parse(path).ok_or(PathError)
    }
}

impl FromStr for TileId {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        match path.parse()? {
            LogPath::Tile(tile) => Ok(tile),
            LogPath::Bundle(_) => Err(PathError),
        }
    }
}

impl FromStr for BundleId {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        match path.parse()? {
            LogPath::Bundle(bundle) => Ok(bundle),
            LogPath::Tile(_) => Err(PathError),
        }
    }
}

/// Groups of three digits, all but the last after an `x`; a width where it is not full.
fn write_place(index: u64, width: u16, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut groups = vec![index % 1000];
    let mut rest = index / 1000;
    while rest != 0 {
        groups.push(rest % 1000);
        rest /= 1000;
    }
    for (left, group) in groups.iter().enumerate().rev() {
        if left == 0 {
            write!(f, "{group:03}")?;
        } else {
            write!(f, "x{group:03}/")?;
        }
    }
    if width == TILE_WIDTH { Ok(()) } else { write!(f, ".p/{width}") }
}

fn parse(path: &str) -> Option<LogPath> {
    if MAX_PATH_BYTES < path.len() {
        return None;
    }
    let (kind, place) = path.strip_prefix("tile/")?.split_once('/')?;
    let (groups, width) = match place.split_once(".p/") {
        Some((groups, width)) => {
            let width = u16::try_from(text::decimal(width)?).ok()?;
            (groups, Some(width).filter(|width| *width < TILE_WIDTH)?)
        }
        None => (place, TILE_WIDTH),
    };
    let index = parse_index(groups)?;
    let found = if kind == "entries" {
        LogPath::Bundle(BundleId::new(index, width).ok()?)
    } else {
        let level = u8::try_from(text::decimal(kind)?).ok()?;
        LogPath::Tile(TileId::new(level, index, width).ok()?)
    };
    // One spelling each: leading groups of zeros fail here.
    (found.to_string() == path).then_some(found)
}

fn parse_index(groups: &str) -> Option<u64> {
    let (above, last) = groups.rsplit_once('/').map_or((None, groups), |(a, l)| (Some(a), l));
    let mut index = 0_u64;
    for group in above.into_iter().flat_map(|above| above.split('/')) {
        index = append_group(index, group.strip_prefix('x')?)?;
    }
    append_group(index, last)
}

fn append_group(index: u64, group: &str) -> Option<u64> {
    if group.len() != 3 || !group.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    index.checked_mul(1000)?.checked_add(group.parse().ok()?)
}
