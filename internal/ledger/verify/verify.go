// Package verify checks a folder that a node exported from its log, or that
// somebody put together from what several partners hold, without a network and
// without trust in anybody but the given public keys. It finds every object that
// was altered, removed, back-dated or shown differently to two partners, and
// says which and why. It needs nothing but the files.
//
// What is checked, and what each check can and cannot show, is in
// docs/methods/ledger.md.
package verify

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"entente"
	"entente/internal/ledger"
)

// Options steer a verification.
type Options struct {
	// Keys are the trusted public keys, as [ledger.NewKeyring] reads them: that of
	// the log, and those of the partners.
	Keys []string
	// Tolerance is how far the clocks of two nodes may be apart. Zero stands for
	// [ledger.DefaultTolerance]; a negative one is refused.
	Tolerance time.Duration
	// Loose takes a folder without a signed list of its contents for complete:
	// for files that somebody put together by hand.
	Loose bool
	// Progress is called now and then; it may be nil. An error stops the work.
	Progress func(done, total int64) error
}

// Folder checks a folder. The report says what was found; an error is only
// returned when the folder could not be looked at or an option is wrong.
func Folder(ctx context.Context, dir string, o Options) (*Report, error) {
	root, err := os.OpenRoot(dir) // nothing outside can be reached through it
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "verify", Place: dir, Msg: "there is no such folder"}
	}
	if err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "verify", Place: dir, Msg: "the folder cannot be opened", Err: err}
	}
	defer func() { _ = root.Close() }() // only read
	return FS(ctx, root.FS(), o)
}

// FS is [Folder] for a file system of any kind.
func FS(ctx context.Context, fsys fs.FS, o Options) (*Report, error) {
	ring, err := ledger.NewKeyring(o.Keys...)
	if err != nil {
		return nil, err
	}
	switch {
	case ring.Len() == 0:
		return nil, &entente.Error{Kind: entente.Invalid, Op: "verify", Msg: "no trusted key was given", Hint: "name the public keys of the log and of the partners"}
	case o.Tolerance < 0:
		return nil, &entente.Error{Kind: entente.Invalid, Op: "verify", Msg: "the tolerance is negative"}
	case o.Tolerance == 0:
		o.Tolerance = ledger.DefaultTolerance
	}
	v := &verifier{o: o, ring: ring, fsys: fsys, report: &Report{}}
	return v.report, v.run(ctx)
}

// verifier is the state of one verification.
type verifier struct {
	o      Options
	ring   *ledger.Keyring
	fsys   fs.FS
	files  map[string]int64 // regular files by path, with their sizes
	paths  []string         // the same, in order
	report *Report

	contents *ledger.Contents // nil without a valid list
	heads    []*head          // what was signed about logs
	proofs   map[int64]*leafProof
	receipts map[int64][]*receipt  // by the leaf that they are for
	placed   map[string][]*receipt // by file
	objects  objects
}

func (v *verifier) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		v.walk, v.checkContents, v.readHeads, v.readReceipts, v.findSplits, v.checkTree, v.checkRest, v.connect, v.checkReceipts,
	} {
		if err := step(ctx); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	v.finish()
	return nil
}

// found adds a finding about a file.
func (v *verifier) found(p Problem, place, msg string) {
	v.report.add(Finding{Problem: p, Place: place, Leaf: -1, Msg: msg})
}

// foundLeaf adds a finding about a leaf.
func (v *verifier) foundLeaf(p Problem, place string, leaf int64, msg string) {
	v.report.add(Finding{Problem: p, Place: place, Leaf: leaf, Msg: msg})
	if p != Unproven && p != Note {
		v.objects.fail(leaf)
	}
}

// problemOf tells a bad signature from a bad form.
func problemOf(err error) Problem {
	if entente.KindOf(err) == entente.Denied {
		return BadSignature
	}
	return Malformed
}
