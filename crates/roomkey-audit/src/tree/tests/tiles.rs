use proptest::prelude::*;

use super::*;
use crate::tree::bundle::{BundleId, decode_bundle, encode_bundle};
use crate::tree::tile::path::{LogPath, PathError};
use crate::tree::tile::{
    TileIdError, TileLength, decode_tile, encode_tile, right_edge, tiles, tiles_between,
};

fn tile(level: u8, index: u64, width: u16) -> TileId {
    TileId::new(level, index, width).unwrap()
}

/// `c2sp.org/tlog-tiles`, "Partial Tiles".
#[test]
fn the_trees_of_the_specification_have_its_tiles() {
    let of =
        |size, level| -> Vec<TileId> { tiles(size).filter(|tile| tile.level() == level).collect() };
    let level = of(70_000, 0);
    assert_eq!((level.len(), level[273]), (274, tile(0, 273, 112)));
    assert!(level[..273].iter().all(|tile| tile.is_full()));
    assert_eq!(of(70_000, 1), [tile(1, 0, 256), tile(1, 1, 17)]);
    assert_eq!(of(70_000, 2), [tile(2, 0, 1)]);
    assert_eq!(tiles(256).collect::<Vec<_>>(), [tile(0, 0, 256), tile(1, 0, 1)]);
    assert_eq!(tiles(0).count(), 0);
    let edge: Vec<_> = right_edge(70_000).collect();
    assert_eq!(edge, [tile(0, 273, 112), tile(1, 1, 17), tile(2, 0, 1)]);
    let between: Vec<_> = tiles_between(255, 513).collect();
    assert_eq!(between, [tile(0, 0, 256), tile(0, 1, 256), tile(0, 2, 1), tile(1, 0, 2)]);
}

#[test]
fn paths_are_those_of_the_specification() {
    for (id, path) in [
        (tile(0, 0, 256), "tile/0/000"),
        (tile(0, 1_234_067, 256), "tile/0/x001/x234/067"),
        (tile(1, 999, 17), "tile/1/999.p/17"),
        (tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (tile(0, u64::MAX, 1), "tile/0/x018/x446/x744/x073/x709/x551/615.p/1"),
    ] {
        assert_eq!(id.to_string(), path);
        assert_eq!(path.parse(), Ok(id));
        assert_eq!(path.parse(), Ok(LogPath::Tile(id)));
        assert_eq!(path.parse::<BundleId>(), Err(PathError));
    }
    let bundle = BundleId::new(1_234_067, 5).unwrap();
    assert_eq!(bundle.to_string(), "tile/entries/x001/x234/067.p/5");
    assert_eq!("tile/entries/x001/x234/067.p/5".parse(), Ok(bundle));
    assert_eq!("tile/entries/000".parse::<TileId>(), Err(PathError));
}

#[test]
fn other_paths_are_none() {
    for path in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/00/000",
        "tile/64/000",
        "tile/256/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/00a",
        "tile/0/x000",
        "tile/0/x000/000",
        "tile/0/x001/x000",
        "tile/0/001/000",
        "tile/0/x001/00",
        "tile/0/x0001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/x001.p/1/000",
        "tile/8/0/000",
        "tile/data/000",
        "tile/entries/x000/000",
        "tile/entries",
        "tile/Entries/000",
        "tile/0/000 ",
        "tile/0/000\n",
        "tile/0//000",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/x001/x018/x446/x744/x073/x709/x551/615",
        "tile/0/../000",
        "tile/0/%30%30%30",
        "tile/0/\u{664}\u{664}\u{664}",
    ] {
        assert_eq!(path.parse::<LogPath>(), Err(PathError), "{path}");
    }
}

#[test]
fn coordinates_are_checked() {
    assert_eq!(TileId::new(64, 0, 1), Err(TileIdError::Level(64)));
    assert_eq!(TileId::new(0, 0, 0), Err(TileIdError::Width(0)));
    assert_eq!(TileId::new(0, 0, 257), Err(TileIdError::Width(257)));
    assert!(tile(0, 1, 10).is_within(266));
    assert!(!tile(0, 1, 10).is_within(265));
    assert!(tile(0, 1, 10).is_within(100_000));
    assert!(!tile(1, 0, 2).is_within(511));
    // Pruned by where the full tile ends.
    assert!(tile(0, 0, 1).is_below(256));
    assert!(!tile(0, 0, 1).is_below(255));
    assert!(tile(1, 0, 256).is_below(65_536));
    assert!(!tile(1, 0, 256).is_below(65_535));
    assert!(!tile(7, 0, 1).is_below(u64::MAX));
}

#[test]
fn tiles_are_as_long_as_they_say() {
    let hashes: Vec<Hash> = (0..5).map(|index| leaf(index).into()).collect();
    let bytes = encode_tile(&hashes);
    assert_eq!(decode_tile(tile(0, 0, 5), &bytes), Ok(hashes));
    for end in [0, 1, 32, 128, 159] {
        let expected = TileLength { tile: tile(0, 0, 5), bytes: end };
        assert_eq!(decode_tile(tile(0, 0, 5), &bytes[..end]), Err(expected));
    }
    assert!(decode_tile(tile(0, 0, 4), &bytes).is_err());
}

proptest! {
    #[test]
    fn every_path_reads_back(level in 0..=63_u8, index: u64, width in 1..=256_u16) {
        let id = tile(level, index, width);
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        let bundle = BundleId::new(index, width).unwrap();
        prop_assert_eq!(bundle.to_string().parse(), Ok(bundle));
    }

    #[test]
    fn every_text_that_is_a_path_is_the_one_written(path in "tile/(entries|[0-9]{1,3})(/x?[0-9]{2,4}){1,3}([.]p/[0-9]{1,3})?") {
        if let Ok(read) = path.parse::<LogPath>() {
            prop_assert_eq!(read.to_string(), path);
        }
    }

    #[test]
    fn bundles_read_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..=256)) {
        let bundle = BundleId::new(3, u16::try_from(entries.len()).unwrap()).unwrap();
        let entries: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
        let bytes = encode_bundle(bundle, &entries).unwrap();
        prop_assert_eq!(decode_bundle(bundle, &bytes).unwrap(), entries);
    }

    #[test]
    fn tiles_of_sizes_add_up(old in 0..200_000_u64, more in 0..200_000_u64) {
        let new = old + more;
        let mut kept: BTreeMap<(u8, u64), u16> = BTreeMap::new();
        for id in tiles(old).chain(tiles_between(old, new)) {
            kept.insert((id.level(), id.index()), id.width());
        }
        let all = tiles(new).map(|id| ((id.level(), id.index()), id.width())).collect();
        prop_assert_eq!(kept, all);
    }
}
