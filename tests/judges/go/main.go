// Judges a log with Go's own packages for signed notes and transparent logs, golang.org/x/mod/sumdb/{note,tlog}.
//
// Standard input: one JSON object per line; hashes, bytes of tiles and entries are base64, "do" says what is asked:
//
//	{"do": "open", "note", "vkeys": [vkey]}               answered {"origin", "size", "root", "extensions", "verified": [vkey's name+id], "unknown": [name+id]}
//	{"do": "inclusion", "size", "root", "index", "leaf", "proof": [hash]}           answered {"ok": true}; "entry" in place of "leaf" is hashed here
//	{"do": "consistency", "oldSize", "oldRoot", "size", "root", "proof": [hash]}    answered {"ok": true}
//	{"do": "tiles", "size", "root", "tiles": {path: bytes}, "entries": [bytes], "from"}   answered {"leaves", "tiles"}
//	{"do": "prove", "size", "root", "tiles": {path: bytes}, "index", "oldSize"}     answered {"inclusion": [hash], "consistency": [hash]}
//	{"do": "sign", "skey", "text"}                        answered {"note"}
//
// "tiles" demands every tile of the tree, under its path of c2sp.org/tlog-tiles, verifies all of them against the root,
// and holds the entries, of which the first has the index "from", against the leaf hashes.
// "prove" makes its own proofs from the tiles; "oldSize" of 0 or absent gives no consistency proof.
// Standard output: one JSON object per line, in the same order; {"error", "kind"} where the packages refuse.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// Longest line: a bundle of entries, or the tiles of a small log.
const maxLine = 64 << 20

type question struct {
	Do      string            `json:"do"`
	Note    string            `json:"note"`
	Vkeys   []string          `json:"vkeys"`
	Skey    string            `json:"skey"`
	Text    string            `json:"text"`
	Size    int64             `json:"size"`
	Root    hash              `json:"root"`
	OldSize int64             `json:"oldSize"`
	OldRoot hash              `json:"oldRoot"`
	Index   int64             `json:"index"`
	Leaf    *hash             `json:"leaf"`
	Entry   []byte            `json:"entry"`
	Proof   []hash            `json:"proof"`
	Tiles   map[string][]byte `json:"tiles"`
	Entries [][]byte          `json:"entries"`
	From    int64             `json:"from"`
}

var calls = map[string]func(question) (any, error){
	"open":        open,
	"sign":        sign,
	"inclusion":   inclusion,
	"consistency": consistency,
	"tiles":       tiles,
	"prove":       prove,
}

func answer(line []byte) (result any, err error) {
	// tlog panics on some sizes that cannot be; that is a refusal too.
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, err
	}
	call, ok := calls[asked.Do]
	if !ok {
		return nil, fmt.Errorf("nobody can do %q", asked.Do)
	}
	return call(asked)
}

// kind names the innermost error's type.
func kind(err error) string {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return fmt.Sprintf("%T", err)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, maxLine)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		result, err := answer(lines.Bytes())
		if err != nil {
			result = map[string]string{"error": err.Error(), "kind": kind(err)}
		}
		if err := out.Encode(result); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
