// Checks a package with the programs that verify Go's checksum database: golang.org/x/mod/sumdb/note and tlog.
//
//	check <folder> <verifier key of the log>
//
// Prints the size of the log and the number of leaves and proofs that hold; ends with 1 when anything does not.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hashOf(text string) tlog.Hash {
	var hash tlog.Hash
	data, err := base64.StdEncoding.DecodeString(text)
	must(err)
	if len(data) != len(hash) {
		must(fmt.Errorf("a hash of %d bytes", len(data)))
	}
	copy(hash[:], data)
	return hash
}

// head opens a signed checkpoint.
func head(path, key string) tlog.Tree {
	data, err := os.ReadFile(path)
	must(err)
	verifier, err := note.NewVerifier(key)
	must(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	return tlog.Tree{N: size, Hash: hashOf(lines[2])}
}

// stored holds the hashes of a tree as tlog numbers them.
type stored []tlog.Hash

func (hashes stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for place, index := range indexes {
		found[place] = hashes[index]
	}
	return found, nil
}

// fromLeaves makes the tree from feuilles.bin and compares its root; gives the number of leaves.
func fromLeaves(path string, tree tlog.Tree) stored {
	data, err := os.ReadFile(path)
	must(err)
	var hashes stored
	for n := int64(0); n*32 < int64(len(data)); n++ {
		var leaf tlog.Hash
		copy(leaf[:], data[n*32:])
		more, err := tlog.StoredHashesForRecordHash(n, leaf, hashes)
		must(err)
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	must(err)
	if root != tree.Hash {
		must(fmt.Errorf("another root"))
	}
	return hashes
}

// eachLine calls work with the lines of a file.
func eachLine(path string, work func(line []byte)) {
	data, err := os.ReadFile(path)
	must(err)
	scanner := bufio.NewScanner(bytes.NewReader(data))
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		work(scanner.Bytes())
	}
	must(scanner.Err())
}

// leaves computes the leaf of each line of events: members sorted by encoding/json, headers as they stand.
func leaves(folder string) map[int64]tlog.Hash {
	found := map[int64]tlog.Hash{}
	files, err := filepath.Glob(filepath.Join(folder, "data/evenements/*.ndjson"))
	must(err)
	for _, file := range files {
		eachLine(file, func(line []byte) {
			var event struct {
				Index int64           `json:"index"`
				C     string          `json:"c"`
				H     json.RawMessage `json:"h"`
			}
			must(json.Unmarshal(line, &event))
			found[event.Index] = tlog.RecordHash([]byte(fmt.Sprintf(`{"c":"%s","h":%s}`, event.C, event.H)))
		})
	}
	return found
}

func main() {
	folder, key := os.Args[1], os.Args[2]
	tree := head(filepath.Join(folder, "data/preuves/checkpoint"), key)
	known := leaves(folder)
	checked := 0
	if _, err := os.Stat(filepath.Join(folder, "data/preuves/feuilles.bin")); err == nil {
		hashes := fromLeaves(filepath.Join(folder, "data/preuves/feuilles.bin"), tree)
		for index, leaf := range known {
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			must(err)
			must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf))
			checked++
		}
	} else {
		eachLine(filepath.Join(folder, "data/preuves/inclusion.ndjson"), func(line []byte) {
			var given struct {
				Index int64    `json:"index"`
				Proof []string `json:"proof"`
			}
			must(json.Unmarshal(line, &given))
			var proof tlog.RecordProof
			for _, hash := range given.Proof {
				proof = append(proof, hashOf(hash))
			}
			must(tlog.CheckRecord(proof, tree.N, tree.Hash, given.Index, known[given.Index]))
			checked++
		})
	}
	if _, err := os.Stat(filepath.Join(folder, "data/preuves/checkpoint-precedent")); err == nil {
		earlier := head(filepath.Join(folder, "data/preuves/checkpoint-precedent"), key)
		var proof tlog.TreeProof
		eachLine(filepath.Join(folder, "data/preuves/coherence.txt"), func(line []byte) {
			proof = append(proof, hashOf(string(line)))
		})
		must(tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash))
	}
	fmt.Printf("size %d, events %d, proofs %d\n", tree.N, len(known), checked)
}
