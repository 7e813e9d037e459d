package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente/internal/ledger"
)

// head is one size and root of a log that somebody signed. All that says the
// same is one head.
type head struct {
	origin string
	size   int64
	root   tlog.Hash
	place  string // of the first file that says it
	who    string // in words, who says it
	log    bool   // the log itself signed it
	// made are the times at which the log says it was made, seen those at which
	// partners saw it.
	made    []time.Time
	seen    []sight
	matched bool // the leaves of the folder give this root
	group   int  // see connect
}

// sight is a cosignature: who saw the head, and when.
type sight struct {
	place, who string
	at         time.Time
	made       time.Time // when the log says that it made what was cosigned; zero when it does not say
}

// leafProof is an inclusion proof of a file of its own.
type leafProof struct {
	place string
	proof *ledger.LeafProof
	point *ledger.Checkpoint
}

// maxProofs bounds the proofs that are kept in memory.
const maxProofs = 100_000

// addHead finds the head, or makes it.
func (v *verifier) addHead(h head) *head {
	for _, other := range v.heads {
		if other.origin == h.origin && other.size == h.size && other.root == h.root {
			if h.log && !other.log {
				other.log, other.place, other.who = true, h.place, h.who
			}
			other.made = append(other.made, h.made...)
			other.seen = append(other.seen, h.seen...)
			return other
		}
	}
	v.heads = append(v.heads, &h)
	return &h
}

// maxHeads bounds the heads of a folder.
const maxHeads = 20_000

// readHeads reads checkpoints and proofs, and what the list of contents says.
func (v *verifier) readHeads(ctx context.Context) error {
	var names []string
	if _, ok := v.files[ledger.FileCheckpoint]; ok {
		names = append(names, ledger.FileCheckpoint)
	}
	names = append(names, v.in(ledger.DirCheckpoints, ledger.ExtNote)...)
	for i, name := range names {
		if err := v.step(ctx, int64(i), int64(len(names))); err != nil {
			return err
		}
		if i == maxHeads {
			v.found(Hostile, name, fmt.Sprintf("there are more than %d checkpoints; the rest was not read", maxHeads))
			break
		}
		data := v.read(name)
		if data == nil {
			continue
		}
		c, err := v.ring.OpenCheckpoint(data)
		if err != nil {
			v.found(problemOf(err), name, err.Error())
			continue
		}
		v.addCheckpoint(name, c)
		if name == ledger.FileCheckpoint {
			v.report.Log = c.Origin
		}
	}
	if c := v.contents; c != nil {
		v.addHead(head{origin: c.Log, size: c.Size, root: c.Root, place: ledger.FileContents, who: "the list of contents by " + c.Signer, log: c.Signer == c.Log})
		if v.report.Log != "" && v.report.Log != c.Log {
			v.found(Altered, ledger.FileContents, "the list of contents is of the log "+c.Log+", the checkpoint of "+v.report.Log)
		} else {
			v.report.Log = c.Log
		}
	}
	v.readProofs()
	v.chooseLog()
	return nil
}

// addCheckpoint takes in a signed checkpoint and counts it.
func (v *verifier) addCheckpoint(name string, c *ledger.Checkpoint) {
	h := head{origin: c.Origin, size: c.Size, root: c.Root, place: name, who: "the log", log: true}
	if at := c.Time(); !at.IsZero() {
		h.made = append(h.made, at)
	}
	for _, s := range c.Witnesses() {
		h.seen = append(h.seen, sight{name, s.Name, s.Time, c.Time()})
		v.report.Cosignatures++
	}
	for _, who := range c.Unknown {
		v.found(Note, name, "it also carries a signature by a key that is not trusted, under the name "+who)
	}
	v.report.Checkpoints++
	v.addHead(h)
}

// readProofs reads the inclusion proofs.
func (v *verifier) readProofs() {
	v.proofs = map[int64]*leafProof{}
	for i, name := range v.in(ledger.DirProofs, ledger.ExtLeafProof) {
		if i == maxProofs {
			v.found(Hostile, name, fmt.Sprintf("there are more than %d proofs; the rest was not read", maxProofs))
			return
		}
		data := v.read(name)
		if data == nil {
			continue
		}
		p, err := ledger.ParseLeafProof(data)
		if err != nil {
			v.found(Malformed, name, err.Error())
			continue
		}
		c, err := v.ring.OpenCheckpoint(p.Note)
		if err != nil {
			v.found(problemOf(err), name, "the checkpoint in it: "+err.Error())
			continue
		}
		v.addCheckpoint(name, c)
		if n, ok := number(name, ledger.ExtLeafProof); !ok || n != p.Index {
			v.found(Malformed, name, fmt.Sprintf("the file's name is not that of leaf %d, which it is about", p.Index))
			continue
		}
		v.proofs[p.Index] = &leafProof{name, p, c}
	}
}

// chooseLog settles which log the leaves of the folder are of.
func (v *verifier) chooseLog() {
	if v.report.Log != "" {
		return
	}
	for _, h := range v.heads {
		if !h.log {
			continue
		}
		if v.report.Log != "" && v.report.Log != h.origin {
			v.report.Log = ""
			v.found(Unproven, ledger.FileCheckpoint, "there are checkpoints of several logs and none that says which one the folder is of")
			return
		}
		v.report.Log = h.origin
	}
	if v.report.Log == "" {
		v.found(Unproven, ledger.FileCheckpoint, "no trusted log has signed a checkpoint here")
	}
}

// findSplits finds two roots for one size of one log.
func (v *verifier) findSplits(context.Context) error {
	slices.SortStableFunc(v.heads, func(a, b *head) int {
		return cmp.Or(cmp.Compare(a.origin, b.origin), cmp.Compare(a.size, b.size))
	})
	for i := 1; i < len(v.heads); i++ {
		if a, b := v.heads[i-1], v.heads[i]; a.origin == b.origin && a.size == b.size {
			v.split(a, b, fmt.Sprintf("two roots for the first %d leaves of %s: one signed by %s in %s, the other by %s in %s", a.size, a.origin, a.who, a.place, b.who, b.place))
		}
	}
	return nil
}

func (v *verifier) split(_, b *head, msg string) { v.found(SplitView, b.place, msg) }

// sized gives the heads of the folder's log in the order of their sizes.
func (v *verifier) sized() []*head {
	var out []*head
	for _, h := range v.heads {
		if h.origin == v.report.Log {
			out = append(out, h)
		}
	}
	return out
}

// checkTimes compares a head that fits the leaves with the last leaf below it,
// and gives the time that every later leaf must be after.
func (v *verifier) checkTimes(h *head, last time.Time) (floor time.Time) {
	later := func(t time.Time) {
		if t.After(floor) {
			floor = t
		}
	}
	if !h.log {
		return floor
	}
	for _, at := range h.made {
		if !last.Before(at.Add(time.Second)) { // signed to the second
			v.foundLeaf(PostDated, h.place, h.size-1, fmt.Sprintf("the leaf says %s, but the log signed a checkpoint with it at %s", show(last), show(at)))
		}
		later(at)
	}
	for _, s := range h.seen {
		if last.After(s.at.Add(time.Second + v.o.Tolerance)) {
			v.foundLeaf(PostDated, s.place, h.size-1, fmt.Sprintf("the leaf says %s, but %s cosigned a checkpoint with it at %s", show(last), s.who, show(s.at)))
		}
		switch {
		case s.made.IsZero():
			v.found(Unproven, s.place, fmt.Sprintf("the log does not say when it made the checkpoint of %d leaves, so the cosignature of %s bounds no time", h.size, s.who))
		case s.at.Sub(s.made) > v.o.Tolerance:
			v.found(Unproven, s.place, fmt.Sprintf("%s cosigned at %s a checkpoint that the log dates %s: too old to bound the time of later leaves", s.who, show(s.at), show(s.made)))
		default:
			later(s.at.Add(-v.o.Tolerance))
		}
	}
	return floor
}

// show writes an instant for people.
func show(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z") }
