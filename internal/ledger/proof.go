package ledger

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// The first lines of proofs as texts.
const (
	proofForm       = "c2sp.org/tlog-proof@v1"
	consistencyForm = "entente-consistency/v1"
)

// maxHashes bounds a proof: no proof in a tree of 2^40 leaves is longer.
const maxHashes = 128

// LeafProof is the proof that a leaf is in the tree of a checkpoint.
type LeafProof struct {
	Index  int64
	Hashes tlog.RecordProof
	Note   []byte // the signed checkpoint
}

// Text is the proof in the form of C2SP tlog-proof, without extra data.
func (p *LeafProof) Text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nindex %d\n", proofForm, p.Index)
	for _, h := range p.Hashes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n")
	b.Write(p.Note)
	return []byte(b.String())
}

// ParseLeafProof reads what [LeafProof.Text] writes; extra data is refused. The
// checkpoint in it is not checked yet.
func ParseLeafProof(data []byte) (*LeafProof, error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: "read proof", Msg: "this is not a proof of the form " + proofForm}
	if len(data) > 2*MaxNote {
		return nil, bad
	}
	head, msg, ok := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 2 || len(lines) > 2+maxHashes || lines[0] != proofForm {
		return nil, bad
	}
	p := &LeafProof{Note: []byte(msg), Hashes: tlog.RecordProof{}}
	var err error
	if p.Index, err = parseCount(lines[1], "index"); err != nil {
		return nil, bad
	}
	if p.Hashes, err = parseHashes(lines[2:]); err != nil {
		return nil, bad
	}
	return p, nil
}

// Check checks the proof for a leaf's bytes, with the checkpoint in it as
// [Keyring.OpenCheckpoint] gave it back.
func (p *LeafProof) Check(c *Checkpoint, leaf []byte) error {
	if err := tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.Index, tlog.RecordHash(leaf)); err != nil {
		return &entente.Error{Kind: entente.Invalid, Op: "check proof", Place: fmt.Sprintf("leaf %d", p.Index), Msg: fmt.Sprintf("the leaf is not in the log of %d leaves that was signed", c.Size)}
	}
	return nil
}

// TreeProof is the proof that one tree carries on another.
type TreeProof struct {
	Origin       string
	Older, Newer int64 // sizes
	Hashes       tlog.TreeProof
}

// Text is the proof as lines: the form, the log, both sizes, and the hashes in
// base64 in the order of RFC 6962, section 2.1.2.
func (p *TreeProof) Text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nlog %s\nolder %d\nnewer %d\n", consistencyForm, p.Origin, p.Older, p.Newer)
	for _, h := range p.Hashes {
		b.WriteString(h.String() + "\n")
	}
	return []byte(b.String())
}

// ParseTreeProof reads what [TreeProof.Text] writes.
func ParseTreeProof(data []byte) (*TreeProof, error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: "read proof", Msg: "this is not a proof of the form " + consistencyForm}
	if len(data) > MaxNote {
		return nil, bad
	}
	lines := strings.Split(string(data), "\n")
	if len(lines) < 5 || len(lines) > 5+maxHashes || lines[0] != consistencyForm || lines[len(lines)-1] != "" {
		return nil, bad
	}
	var p TreeProof
	var ok bool
	var err error
	if p.Origin, ok = strings.CutPrefix(lines[1], "log "); !ok || checkOrigin(p.Origin) != nil {
		return nil, bad
	}
	if p.Older, err = parseCount(lines[2], "older"); err != nil {
		return nil, bad
	}
	if p.Newer, err = parseCount(lines[3], "newer"); err != nil || p.Newer < p.Older {
		return nil, bad
	}
	var hashes []tlog.Hash
	if hashes, err = parseHashes(lines[4 : len(lines)-1]); err != nil {
		return nil, bad
	}
	p.Hashes = hashes
	return &p, nil
}

// Check checks the proof between two roots.
func (p *TreeProof) Check(older, newer tlog.Hash) error {
	if p.Older == 0 && len(p.Hashes) == 0 {
		return nil
	}
	if err := tlog.CheckTree(p.Hashes, p.Newer, newer, p.Older, older); err != nil {
		return &entente.Error{Kind: entente.Invalid, Op: "check proof", Msg: fmt.Sprintf("the log of %d leaves does not carry on the one of %d", p.Newer, p.Older)}
	}
	return nil
}

// parseCount reads a line such as "index 12".
func parseCount(line, word string) (int64, error) {
	text, ok := strings.CutPrefix(line, word+" ")
	n, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || n < 0 || n > MaxLeaves || strconv.FormatInt(n, 10) != text {
		return 0, &entente.Error{Kind: entente.Invalid, Op: "read log", Msg: "a line with a number is expected: " + word}
	}
	return n, nil
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		var err error
		if out[i], err = parseHash(line); err != nil {
			return nil, err
		}
	}
	return out, nil
}
