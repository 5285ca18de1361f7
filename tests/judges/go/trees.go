package main

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

var fine = map[string]bool{"ok": true}

func inclusion(asked question) (any, error) {
	leaf := tlog.RecordHash(asked.Entry)
	if asked.Leaf != nil {
		leaf = *asked.Leaf
	}
	err := tlog.CheckRecord(asked.Proof, asked.Size, asked.Root, asked.Index, leaf)
	return fine, err
}

func consistency(asked question) (any, error) {
	err := tlog.CheckTree(asked.Proof, asked.Size, asked.Root, asked.OldSize, asked.OldRoot)
	return fine, err
}

// given serves the tiles of a question and counts them.
type given struct {
	tiles map[string][]byte
	saved map[string]bool
}

// path is that of c2sp.org/tlog-tiles: tlog's own names the height too.
func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tile.H), "tile/", 1)
}

func (it given) Height() int { return tileHeight }

func (it given) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		bytes, ok := it.tiles[path(tile)]
		if !ok {
			return nil, fmt.Errorf("%s is missing", path(tile))
		}
		data = append(data, bytes)
	}
	return data, nil
}

// SaveTiles is told what tlog has verified against the root.
func (it given) SaveTiles(tiles []tlog.Tile, _ [][]byte) {
	for _, tile := range tiles {
		it.saved[path(tile)] = true
	}
}

func reader(asked question) (given, tlog.HashReader) {
	tiles := given{asked.Tiles, map[string]bool{}}
	return tiles, tlog.TileHashReader(tlog.Tree{N: asked.Size, Hash: asked.Root}, tiles)
}

// tiles verifies all tiles of a tree: its leaf hashes by way of all that is above them.
func tiles(asked question) (any, error) {
	source, hashes := reader(asked)
	var indexes []int64
	for index := range asked.Size {
		indexes = append(indexes, tlog.StoredHashIndex(0, index))
	}
	leaves, err := hashes.ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	expected := tlog.NewTiles(tileHeight, 0, asked.Size)
	for _, tile := range expected {
		// A tile at the top that no tile needs is read by its hashes.
		for place := range int64(tile.W) {
			index := tlog.StoredHashIndex(tile.L*tileHeight, tile.N<<tileHeight+place)
			if _, err := hashes.ReadHashes([]int64{index}); err != nil {
				return nil, err
			}
		}
		if !source.saved[path(tile)] {
			return nil, fmt.Errorf("%s was not verified", path(tile))
		}
	}
	for name := range asked.Tiles {
		if !source.saved[name] {
			return nil, fmt.Errorf("%s is no tile of this tree", name)
		}
	}
	for place, entry := range asked.Entries {
		index := asked.From + int64(place)
		if asked.Size <= index || leaves[index] != tlog.RecordHash(entry) {
			return nil, fmt.Errorf("entry %d is not the one in the tree", index)
		}
	}
	return map[string]any{"leaves": leaves, "tiles": len(expected)}, nil
}

func prove(asked question) (any, error) {
	_, hashes := reader(asked)
	record, err := tlog.ProveRecord(asked.Size, asked.Index, hashes)
	if err != nil {
		return nil, err
	}
	tree := tlog.TreeProof{}
	if asked.OldSize != 0 {
		if tree, err = tlog.ProveTree(asked.Size, asked.OldSize, hashes); err != nil {
			return nil, err
		}
	}
	return map[string]any{"inclusion": record, "consistency": tree}, nil
}
