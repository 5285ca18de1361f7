package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// hash is a hash in base64, as tlog reads and writes it.
type hash = tlog.Hash

type signer struct {
	name string
	id   uint32
}

func (it signer) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%s+%08x", it.name, it.id), nil
}

func signers(signatures []note.Signature) []signer {
	named := []signer{}
	for _, signature := range signatures {
		named = append(named, signer{signature.Name, signature.Hash})
	}
	return named
}

// open verifies a signed checkpoint and reads its text as c2sp.org/tlog-checkpoint has it.
func open(asked question) (any, error) {
	var verifiers []note.Verifier
	for _, vkey := range asked.Vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open([]byte(asked.Note), note.VerifierList(verifiers...))
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(opened.Text, "\n"), "\n")
	if len(lines) < 3 {
		return nil, errors.New("the checkpoint has fewer than three lines")
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil {
		return nil, err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"origin":     lines[0],
		"size":       size,
		"root":       root,
		"extensions": lines[3:],
		"verified":   signers(opened.Sigs),
		"unknown":    signers(opened.UnverifiedSigs),
	}, nil
}

func sign(asked question) (any, error) {
	key, err := note.NewSigner(asked.Skey)
	if err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: asked.Text}, key)
	if err != nil {
		return nil, err
	}
	return map[string]string{"note": string(signed)}, nil
}
