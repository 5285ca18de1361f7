use super::*;
use crate::tree::builder::{EdgeError, TreeFull};
use crate::tree::hash::EMPTY_ROOT;
use crate::tree::tile::{MissingTile, TILE_WIDTH, right_edge, tiles, tiles_between};

#[test]
fn the_root_is_the_plain_one() {
    let (edge, _, heads) = grow(600);
    assert_eq!(edge.size(), 600);
    assert_eq!(heads[0], TreeHead { size: 0, root: EMPTY_ROOT });
    for head in heads {
        assert_eq!(head.root, plain_root(head.size), "{}", head.size);
    }
}

#[test]
fn a_tree_resumes_from_every_size() {
    let (all, _, heads) = grow(1000);
    for size in 0..=600 {
        let (mut before, tiles, _) = grow(size);
        assert!(before.take_tiles().is_empty());
        let head = heads[usize::try_from(size).unwrap()];
        let mut edge = Edge::resume(head, &tiles).unwrap();
        assert_eq!(edge.head(), head);
        assert!(edge.take_tiles().is_empty(), "nothing changed at {size}");
        // Over the end of the tile, and not over all of it each time.
        for index in size..(size + 300).min(1000) {
            edge.append(leaf(index)).unwrap();
            if index % 23 == 0 {
                let expected = heads[usize::try_from(index).unwrap() + 1];
                assert_eq!(edge.head(), expected, "{size} and then {index}");
            }
        }
        let expected = heads[usize::try_from(edge.size()).unwrap()];
        assert_eq!(edge.head(), expected, "{size} and then the others");
        let taken: Vec<TileId> = edge.take_tiles().into_iter().map(|(tile, _)| tile).collect();
        let mut expected: Vec<TileId> = tiles_between(size, edge.size()).collect();
        let mut sorted = taken;
        expected.sort();
        sorted.sort();
        assert_eq!(sorted, expected);
    }
    assert_eq!(all.root(), heads[1000].root);
}

#[test]
fn tiles_taken_along_the_way_are_those_of_the_tree() {
    let size = 70_000;
    let mut edge = Edge::empty();
    let mut kept = Tiles::new();
    for index in 0..size {
        edge.append(leaf(index)).unwrap();
        // Odd steps, so that tiles are taken at all widths, sometimes after several full ones.
        if index % 619 == 0 {
            kept.extend(edge.take_tiles());
        }
    }
    kept.extend(edge.take_tiles());
    let leaves: Vec<Hash> = (0..size).map(|index| leaf(index).into()).collect();
    let mut level = leaves;
    for number in 0..3 {
        for (index, hashes) in (0..).zip(level.chunks(256)) {
            let width = u16::try_from(hashes.len()).unwrap();
            let tile = TileId::new(number, index, width).unwrap();
            assert_eq!(kept[&tile], crate::tree::tile::encode_tile(hashes), "{tile}");
        }
        level = level.chunks_exact(256).map(root_over).collect();
    }
    for tile in tiles(size) {
        assert!(kept.contains_key(&tile), "{tile}");
    }
    assert_eq!(edge.root(), plain_root(size));
    let resumed = Edge::resume(edge.head(), &kept).unwrap();
    assert_eq!(resumed.root(), edge.root());
}

#[test]
fn a_tree_resumes_around_the_levels_of_tiles() {
    let (_, tiles, heads) = grow(66_000);
    for size in [65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_792, 65_793] {
        let head = heads[size];
        let mut edge = Edge::resume(head, &tiles).unwrap();
        for index in head.size..66_000 {
            edge.append(leaf(index)).unwrap();
        }
        assert_eq!(edge.head(), heads[66_000], "{size}");
        for (tile, bytes) in edge.take_tiles() {
            assert_eq!(tiles[&tile], bytes, "{tile}");
        }
    }
}

#[test]
fn what_is_not_the_tree_does_not_resume() {
    let (edge, tiles, _) = grow(700);
    let head = edge.head();
    let wanted: Vec<TileId> = right_edge(700).collect();
    assert_eq!(wanted.iter().map(|tile| tile.width()).collect::<Vec<_>>(), [188, 2]);
    for tile in wanted {
        for changed in flips(&tiles[&tile]).step_by(37) {
            let mut lying = tiles.clone();
            lying.insert(tile, changed);
            let error = Edge::resume(head, &lying).unwrap_err();
            assert!(matches!(error, EdgeError::OtherRoot { .. }), "{error}");
        }
        let mut short = tiles.clone();
        short.get_mut(&tile).unwrap().pop();
        let error = Edge::resume(head, &short).unwrap_err();
        assert!(matches!(error, EdgeError::Length(length) if length.tile == tile), "{error}");
        let mut missing = tiles.clone();
        missing.remove(&tile);
        let error = Edge::resume(head, &missing).unwrap_err();
        assert!(
            matches!(error, EdgeError::Source { source: MissingTile(missing), .. } if missing == tile),
            "{error}"
        );
    }
    let other = TreeHead { size: 699, ..head };
    assert!(matches!(Edge::resume(other, &tiles), Err(EdgeError::OtherRoot { .. })));
    let empty = TreeHead { size: 0, ..head };
    assert!(matches!(Edge::resume(empty, &Tiles::new()), Err(EdgeError::OtherRoot { .. })));
}

#[test]
fn a_full_tile_serves_for_its_beginning() {
    let (_, tiles, heads) = grow(512);
    assert!(tiles.keys().filter(|tile| tile.level() == 0).all(|tile| tile.width() == TILE_WIDTH));
    for head in &heads {
        assert_eq!(Edge::resume(*head, &tiles).unwrap().head(), *head);
    }
    assert_eq!(TreeFull.to_string(), "the tree is full");
}
